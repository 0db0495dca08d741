package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// publisher serves files to those who bring the key, at the address PUBLISHER:
// publisher KEY FILE…. It answers with an ETag, and quotes a wrong key.
func publisher(ts *testscript.TestScript, _ bool, args []string) {
	files := map[string]string{}
	for _, name := range args[1:] {
		files["/"+filepath.Base(name)] = ts.ReadFile(name)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := files[r.URL.Path]
		switch {
		case r.Header.Get("Authorization") != "Bearer "+args[0]:
			http.Error(w, r.Header.Get("Authorization")+" is not the key", http.StatusForbidden)
		case !ok:
			http.NotFound(w, r)
		case r.Header.Get("If-None-Match") == `"v1"`:
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", `"v1"`)
			fmt.Fprint(w, text)
		}
	}))
	ts.Defer(server.Close)
	ts.Setenv("PUBLISHER", server.URL)
}

// sameFindings holds the answer of a dry run against that of the real one, all but
// what only a real one can have.
func sameFindings(ts *testscript.TestScript, _ bool, args []string) {
	tried, real := ts.ReadFile(args[0]), ts.ReadFile(args[1])
	var findings [2][]map[string]any
	for i, text := range []string{tried, real} {
		ts.Check(json.Unmarshal([]byte(text), &findings[i]))
		if len(findings[i]) == 0 {
			ts.Fatalf("%s holds nothing", args[i])
		}
		for _, row := range findings[i] {
			for _, only := range []string{"state", "version", "version_count", "withdrawn_count"} {
				delete(row, only)
			}
		}
	}
	if diff := cmp.Diff(findings[0], findings[1]); diff != "" {
		ts.Fatalf("the dry run differs from the real one (-dry +real):\n%s", diff)
	}
}
