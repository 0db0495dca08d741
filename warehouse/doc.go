// Package warehouse keeps what was received and what was made of it, in
// ClickHouse: the bytes, the figures with every version of them, the catalog,
// and the ledgers of runs and alerts. It decides nothing about their meaning,
// which package sql holds, and reads no format, which package etl does; Arrow
// records are all that comes in.
//
// A load is a batch. Begin takes the loader's lease, finishes or drops what an
// earlier process left behind, and gives the batch the next version number and
// a private staging table. The figures stream into it while they are decoded.
// Commit then goes through steps that can each be repeated without harm:
//
//	check     the staging table holds what was sent, every key once
//	staged    the batch is recorded as staged: from here on it is finished, not dropped
//	years     the years it touches are written down; views read them from the history now
//	gather    years revised for the first time are copied to fct_observation_current
//	history   new and changed figures are appended to fct_observation
//	withdraw  so are withdrawals of figures a complete submission no longer holds
//	current   so are, of years that were revised, the versions of this batch to fct_observation_current
//	commit    the commit record is written; only now do views show the batch
//	drop      the staging table goes
//
// ClickHouse has no transactions to lean on. That the commit record comes last,
// that views ask for it, and that every step is repeatable is all that is needed
// for a load to happen entirely or not at all, wherever the power goes.
package warehouse
