// Package etltest is the suite every form has to pass, and what it needs: a sink
// that collects what a form reads, a small catalog, goldens.
package etltest
