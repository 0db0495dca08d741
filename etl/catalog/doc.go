// Package catalog knows what is measured and what was promised: the plans with
// their goals and targets, the indicators, agencies, areas, age groups, code
// lists, thresholds and due dates. They are YAML and CSV files that people edit.
//
// Load reads them, strictly and with line numbers. Check proves them against
// each other and against the text of the plans, without a server. The lookups
// turn a publisher's word into a code. Records hands everything to the
// warehouse, one Arrow record for each dim_ table, and Hash says whether
// anything changed.
//
// The package reads no clock and imports nothing of the rest of the program.
package catalog
