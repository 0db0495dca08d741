package etl

import (
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"pgregory.net/rapid"
)

// Whatever is asked for and given back in whatever order: memory in use is never
// given to another, idle memory is bounded, and all of it goes back in the end.
func TestMemoryInUseIsNeverGivenTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checked := memory.NewCheckedAllocator(memory.DefaultAllocator)
		r := newRecycler(checked)
		var used []marked
		isClosed := false
		for mark := range byte(rapid.IntRange(1, 40).Draw(t, "steps")) {
			size := rapid.SampledFrom([]int{64, 64, 128, 192, maxIdleBytes/2 + 64}).Draw(t, "size")
			step := rapid.SampledFrom([]string{"allocate", "allocate", "free", "reallocate", "close"}).Draw(t, "step")
			switch at := rapid.IntRange(0, max(0, len(used)-1)).Draw(t, "at"); {
			case step == "allocate":
				used = append(used, markedWith(r.Allocate(size), mark))
			case step == "free" && len(used) > 0:
				r.Free(used[at].bytes)
				used = slices.Delete(used, at, at+1)
			case step == "reallocate" && len(used) > 0:
				moved := r.Reallocate(size, used[at].bytes)
				if moved[0] != used[at].mark {
					t.Fatalf("memory marked %d begins with %d after it was moved", used[at].mark, moved[0])
				}
				used[at] = markedWith(moved, used[at].mark)
			case step == "close" && mark > 30 && !isClosed:
				r.close()
				isClosed = true
			}
			for _, m := range used {
				if m.bytes[0] != m.mark || m.bytes[len(m.bytes)-1] != m.mark {
					t.Fatalf("memory marked %d holds %d and %d", m.mark, m.bytes[0], m.bytes[len(m.bytes)-1])
				}
			}
			if r.held > maxIdleBytes {
				t.Fatalf("%d bytes lie idle", r.held)
			}
		}
		if !isClosed {
			r.close()
		}
		for _, m := range used {
			r.Free(m.bytes)
		}
		checked.AssertSize(t, 0)
	})
}

type marked struct {
	bytes []byte
	mark  byte
}

func markedWith(b []byte, mark byte) marked {
	b[0], b[len(b)-1] = mark, mark
	return marked{b, mark}
}
