// Command totals reads the events of go test -json and prints the output of
// what failed, the reason of what was skipped, and the totals.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

func main() {
	output := map[string]*strings.Builder{}
	count := map[string]int{}
	lines := bufio.NewReader(os.Stdin)
	decoder := json.NewDecoder(lines)
	for decoder.More() {
		var e event
		if err := decoder.Decode(&e); err != nil {
			fmt.Fprintln(os.Stderr, "read test events:", err)
			os.Exit(1)
		}
		name := e.Package + e.ImportPath + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			if output[name] == nil {
				output[name] = &strings.Builder{}
			}
			output[name].WriteString(e.Output)
		case "pass", "fail", "skip":
			if e.Test != "" {
				count[e.Action]++
			} else {
				fmt.Printf("%-4s %s %.1fs\n", e.Action, e.Package, e.Elapsed)
			}
			if e.Action != "pass" && output[name] != nil {
				fmt.Print(output[name])
			}
			delete(output, name)
		case "build-fail":
			fmt.Printf("fail %s does not build\n%s", e.ImportPath, output[name])
		}
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", count["pass"], count["fail"], count["skip"])
}
