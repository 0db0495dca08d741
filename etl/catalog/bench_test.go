package catalog_test

import (
	"os"
	"testing"

	"bellwether/etl/catalog"
)

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := catalog.Load(os.DirFS(root)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	c := load(b)
	for b.Loop() {
		c.Check()
	}
}

func BenchmarkResolveAlias(b *testing.B) {
	c := load(b)
	for b.Loop() {
		c.ResolveAlias("AREA", "health", "秀峰街道")
	}
}
