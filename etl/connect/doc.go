// Package connect brings the bytes of publishers to this machine: files that
// agencies put into a directory or on an SFTP server, addresses on the web, rows of
// a PostgreSQL database. A connector changes nothing at the publisher's; it hands
// over payloads with their SHA-256, and what they mean is for forms to say.
//
//	directory.go                          files that lie here
//	sftp.go host_key.go                   files that lie on an SSH server
//	http.go http_client.go http_page.go   an address, and the pages of one answer
//	  page.go                             pages put together to one payload
//	postgres.go rows.go                   a query, and its rows as canonical CSV
//	secret.go                             passwords: from files or words, never shown
//
// Each has Fetch, which gives an etl.Pull from where the etl.Bookmark of the last
// pull ends, and Check, which tries the connection and takes nothing. Their errors
// are *etl.PullError with a reason that has a heading in the runbook.
//
// # What is a payload
//
// Files, and answers of one page, are kept byte for byte. An answer of several
// pages is one payload, because a form judges a submission as a whole: sums would
// be wrong and, of a complete form, figures withdrawn page by page. The records
// stay as the server wrote them, in the order of the pages: within the envelope of
// the first page for JSON, below one header for CSV. Rows of a database have no
// bytes before they are written down; rows.go says how, and the same rows give the
// same bytes.
package connect
