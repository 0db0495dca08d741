// Package connect brings the bytes of publishers to this machine: files that
// agencies put into a directory, addresses on the web. A connector changes nothing
// at the publisher's and nothing in the bytes; it hands over payloads with their
// SHA-256, and what they mean is for forms to say.
package connect
