// Command bellwether is everything a person touches: it reads flags and one
// configuration file, builds the parts by hand in the order of their
// dependence, asks or tells them, and shows the answer as a table, JSON or CSV.
//
// root.go lists the commands, and each has a file of its own. build.go and
// site.go construct what they share: the catalog and the forms, and the open
// warehouse with the engine that runs it. The questions that commands ask lie
// in the query folder, one file each; they read views and compute no statistic.
//
// Results go to standard output, logs to standard error, and the exit code says
// how it ended: see main.go.
package main
