// Package engine runs the embedded ClickHouse.
//
// The engine is the library libchdb.so, which the package fetches through npm
// once per machine, loaded by a child process: this program, executed again.
// A crash of native code therefore never takes the program down, and the
// engine is restarted with its data.
//
// Start becomes the owner of a data directory and of its engine, Attach joins
// an engine that another process owns, and RunChild is the child's side. The
// directory holds
//
//	engine/       ClickHouse's own data
//	backups/      where BACKUP may write
//	user_files/   where file() starts from
//	secrets/      one password per role, mode 0600
//	config.xml    written anew at each start of the engine
//	users.xml     likewise; the only place users and grants come from
//	lock          held by the owner, says who it is
//	state.json    the engine's addresses while it runs
//
// Three things look odd and have one reason: clickhouse-local, which the
// library is, was not made to be a server. It aborts on the first failed login
// unless it is interactive, so its standard input is a pseudo-terminal. Its own
// session is user default and needs no password, so that user is left with
// nothing but the right to open the ports. And an open port or an exit status
// say nothing about whose engine it is, so readiness is a query, as our own
// user, that returns our own nonce.
package engine
