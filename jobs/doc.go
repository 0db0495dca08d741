// Package jobs decides when things happen, and in what order. It introduces
// etl, which turns a publisher's bytes into Arrow, to warehouse, which keeps
// them; the two do not know each other.
//
// Pipeline.Load is the whole walk of one payload on one screen: the bytes are
// archived as received, read by their form, staged, and committed; only the
// commit, which comes last, makes them visible. Source.Load pulls a source from
// its bookmark, loads what it brought, and only then moves the bookmark on.
// Evaluator reads the alert views after a load and advances the ledger of alerts;
// Deliverer then tells the channels of jobs/channel what they have not been told.
// Scheduler does all of it by timetables, and Runner leaves a row in the run
// ledger for everything done.
//
// The package knows no format, no column of a form and no statistic.
package jobs
