// Package template makes of a form the workbook that a clerk fills in, and holds
// a filled one against it when it comes back.
//
// A template is laid out the way its form reads, so that a filled one needs no
// settings: labels are locked, cells to be filled in have their checks and say
// what belongs there, and a hidden sheet names the form, the year and the area.
// What the labels are follows from the form, the catalog, the year and the area
// alone. So a template that comes back is compared with one made anew, cell by
// cell, and none has to be remembered; a change of form or catalog that changes the
// template changes its version.
package template
