// Package decode reads how figures are written down: character encodings,
// delimiters, workbooks, JSON, SDMX messages, Parquet and Arrow. It turns a file into tables of text cells, each
// with the address a person would use to find it again, and knows nothing of
// what the cells mean.
//
// A Document is one file and holds one or more tables; a Table yields rows from
// the first to the last and may be opened as often as a reader needs. Memory
// stays within Limits whatever the file holds: text formats are streamed, and a
// workbook is refused before it is unpacked when it would be too large.
//
// Nothing in a file is believed before it is checked: no entity is expanded, no
// stated size is asked for, nothing is nested deeper or printed longer than a
// statistical table is.
//
// Three kinds of damage are told apart. A file that is not what it claims to be
// (a quotation mark never closed, JSON cut short, a legacy .xls) is a
// *FormatError. A record that cannot be trusted (bytes that are no characters,
// text after a closing quotation mark) is a Row with a Fault, and the file is
// read on. An operation that failed is any other error.
package decode
