// Package sheet writes the answers of the commands: as a table that reads well
// in a terminal of a hundred columns, Chinese text aligned, or as JSON or CSV
// whose keys are the column names of the views and do not change.
//
// A Sheet is columns and rows and knows nothing else. What a figure looks like
// in print is said by the column's Show function; JSON and CSV always hold the
// value itself, with a missing one as null or as an empty field.
package sheet
