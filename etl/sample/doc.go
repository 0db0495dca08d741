// Package sample makes what the demonstration loads: the yearly returns of three
// agencies of a simulated district, and extracts of real public series.
//
// The district bears the name of Xiufeng, for the plans are Xiufeng's, but none
// of its figures is: they are made up by rules and a seed, and every file says
// so. The returns come in the formats such agencies send, GB18030 CSV, a workbook
// with merged headers and JSON, and they are consistent: parts add up to totals,
// births fall, children who are born in one year go to school in another.
//
// Some faults are planted, and Manifest says what each has to lead to. Nothing
// else may alarm. That holds for every seed: a seed moves sizes and levels, but
// never so far that a series would change its direction or pass its target.
//
// All arithmetic is on whole numbers, for a compiler may fuse operations on
// floating point on one machine and not on another, and the same seed has to
// give the same bytes everywhere.
package sample
