package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Names of the character encodings that are read.
const (
	UTF8    = "utf-8"
	GB18030 = "gb18030"
	UTF16LE = "utf-16le"
	UTF16BE = "utf-16be"
)

// charset is what is known of the encoding of a file.
type charset struct {
	name    string
	isSound bool // every byte belongs to a character, so records need no check
}

// parseEncoding turns a declared name into one of ours. GBK and GB2312 are read
// as GB18030, which contains both.
func parseEncoding(name string) (string, error) {
	switch strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(name)) {
	case "utf8", "utf8bom", "ascii":
		return UTF8, nil
	case "gb18030", "gbk", "gb2312", "cp936":
		return GB18030, nil
	case "utf16le", "utf16":
		return UTF16LE, nil
	case "utf16be":
		return UTF16BE, nil
	}
	return "", fmt.Errorf("encoding %q: want utf-8, gb18030, utf-16le or utf-16be", name)
}

// detect finds the encoding of a file: a byte order mark decides; else valid
// UTF-8 is UTF-8; else GB18030, unless nearly all of it is Chinese in UTF-8, for
// then it is UTF-8 with some damaged bytes.
func detect(path string) (charset, error) {
	file, err := os.Open(path)
	if err != nil {
		return charset{}, err
	}
	defer file.Close()

	block := make([]byte, 256<<10)
	filled, whole, damaged := 0, 0, 0
	for first := true; ; first = false {
		n, err := io.ReadFull(file, block[filled:])
		end := filled + n
		isLast := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !isLast {
			return charset{}, err
		}
		if first {
			if name := byOpening(block[:end]); name != "" {
				return charset{name: name}, nil
			}
		}
		rest := 0
		if !isLast {
			rest = unfinished(block[:end])
		}
		w, d := countRunes(block[:end-rest])
		whole, damaged = whole+w, damaged+d
		if isLast {
			break
		}
		filled = copy(block, block[end-rest:end])
	}
	switch {
	case damaged == 0:
		return charset{name: UTF8, isSound: true}, nil
	case whole > 4*damaged:
		return charset{name: UTF8}, nil
	}
	return charset{name: GB18030}, nil
}

// byOpening recognises an encoding by a byte order mark or, for UTF-16 without
// one, by zero bytes in every second place. A UTF-8 mark decides nothing yet
// about damage further down, so it is left to the count.
func byOpening(opening []byte) string {
	switch {
	case bytes.HasPrefix(opening, []byte{0xFF, 0xFE}):
		return UTF16LE
	case bytes.HasPrefix(opening, []byte{0xFE, 0xFF}):
		return UTF16BE
	}
	if len(opening) > 4096 {
		opening = opening[:4096]
	}
	var zeros [2]int
	for i, b := range opening {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[1]*5 > len(opening) && zeros[0] == 0:
		return UTF16LE
	case zeros[0]*5 > len(opening) && zeros[1] == 0:
		return UTF16BE
	}
	return ""
}

// countRunes counts the characters of three and more bytes and the bytes that
// belong to none. Text in GB18030 hardly ever forms the former by accident.
func countRunes(text []byte) (whole, damaged int) {
	if utf8.Valid(text) {
		return 0, 0
	}
	for len(text) > 0 {
		if text[0] < utf8.RuneSelf {
			text = text[1:]
			continue
		}
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			damaged++
		case size >= 3:
			whole++
		}
		text = text[size:]
	}
	return whole, damaged
}

// unfinished gives the number of bytes at the end that may be the beginning of
// a character continued in the next block.
func unfinished(block []byte) int {
	for back := 1; back <= utf8.UTFMax && back <= len(block); back++ {
		if b := block[len(block)-back]; utf8.RuneStart(b) {
			if b >= utf8.RuneSelf && !utf8.FullRune(block[len(block)-back:]) {
				return back
			}
			return 0
		}
	}
	return 0
}

// utf8Reader gives the text of a file as UTF-8 without a byte order mark.
func utf8Reader(file io.Reader, encoding string) io.Reader {
	switch encoding {
	case GB18030:
		return transform.NewReader(file, simplifiedchinese.GB18030.NewDecoder())
	case UTF16LE:
		return transform.NewReader(file, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case UTF16BE:
		return transform.NewReader(file, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder())
	}
	return &withoutMark{source: file}
}

// withoutMark drops the byte order mark of UTF-8.
type withoutMark struct {
	source io.Reader
	opened bool
}

func (r *withoutMark) Read(p []byte) (int, error) {
	if r.opened {
		return r.source.Read(p)
	}
	r.opened = true
	mark := make([]byte, 3)
	n, err := io.ReadFull(r.source, mark)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, err
	}
	if bytes.Equal(mark[:n], []byte{0xEF, 0xBB, 0xBF}) {
		return r.source.Read(p)
	}
	r.source = io.MultiReader(bytes.NewReader(mark[:n]), r.source)
	return r.source.Read(p)
}
