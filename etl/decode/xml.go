package decode

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// Bounds of an XML file: how deep elements may be nested, and how many bytes one
// tag or text may have.
const (
	maxXMLDepth = 64
	maxXMLToken = 1 << 20
)

var (
	errXMLDepth   = errors.New("elements nested too deep")
	errXMLToken   = fmt.Errorf("a tag or text longer than %d bytes", maxXMLToken)
	errXMLDoctype = errors.New("a document type declaration; entities are not read")
)

// xmlReader reads the tags of a file one by one within bounds. It knows no
// entities but the five of XML, so none can grow or reach another file.
type xmlReader struct {
	file    *os.File // nil for a part of an archive
	bounded *boundedReader
	decoder *xml.Decoder
	depth   int
}

func openXML(path string, found charset) (*xmlReader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := newXMLReader(file, found)
	r.file = file
	return r, nil
}

func newXMLReader(source io.Reader, found charset) *xmlReader {
	isTranscoded := found.name == UTF16LE || found.name == UTF16BE
	if isTranscoded {
		source = utf8Reader(source, found.name)
	}
	r := &xmlReader{bounded: &boundedReader{source: source}}
	r.decoder = xml.NewDecoder(r.bounded)
	r.decoder.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		if isTranscoded {
			return input, nil
		}
		encoding, err := htmlindex.Get(label)
		if err != nil {
			return nil, fmt.Errorf("encoding %q is not known", label)
		}
		return encoding.NewDecoder().Reader(input), nil
	}
	return r
}

func (r *xmlReader) Close() error { return r.file.Close() }

// token gives the next tag or text, io.EOF after the last.
func (r *xmlReader) token() (xml.Token, error) {
	r.bounded.left = maxXMLToken
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case xml.StartElement:
		if r.depth++; r.depth > maxXMLDepth {
			return nil, errXMLDepth
		}
	case xml.EndElement:
		r.depth--
	case xml.Directive:
		if strings.HasPrefix(strings.ToUpper(string(token)), "DOCTYPE") {
			return nil, errXMLDoctype
		}
	}
	return token, nil
}

// root gives the first element.
func (r *xmlReader) root() (xml.StartElement, error) {
	for {
		token, err := r.token()
		if err != nil {
			return xml.StartElement{}, err
		}
		if start, ok := token.(xml.StartElement); ok {
			return start, nil
		}
	}
}

// text gives the text up to the end of the element that was begun last.
func (r *xmlReader) text() (string, error) {
	var b strings.Builder
	for depth := r.depth; ; {
		token, err := r.token()
		if err != nil {
			return "", err
		}
		if text, ok := token.(xml.CharData); ok && b.Len() < maxXMLToken {
			b.Write(text)
		}
		if r.depth < depth {
			return strings.TrimSpace(b.String()), nil
		}
	}
}

// boundedReader gives an error instead of more bytes than one token may have.
type boundedReader struct {
	source io.Reader
	left   int
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errXMLToken
	}
	n, err := b.source.Read(p)
	b.left -= n
	return n, err
}

// attribute gives an attribute without regard to its name space.
func attribute(element xml.StartElement, name string) string {
	for _, a := range element.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// openMarkup opens a file that begins with a tag: an SDMX-ML message, or something
// that is no data, such as a web page with the ending .xls.
func openMarkup(path string, options Options) (Document, error) {
	found, err := detect(path)
	if err != nil {
		return nil, fmt.Errorf("detect encoding: %w", err)
	}
	reader, err := openXML(path, found)
	if err != nil {
		return nil, err
	}
	root, err := reader.root()
	reader.Close()
	switch name := strings.ToLower(root.Name.Local); {
	case name == "html" || errors.Is(err, errXMLDoctype) && beginsHTML(path, found):
		return nil, &FormatError{File: options.Name, WantZh: "文件是网页（HTML），可能是登录页，或存成网页的表格；后者请在 Excel 或 WPS 中打开，“另存为”Excel 工作簿（*.xlsx）后再报送",
			Want: "this is a web page (HTML), perhaps a login page or a table saved as one; open the latter in Excel or WPS and save it as Excel Workbook (*.xlsx)"}
	case name == "workbook":
		return nil, &FormatError{File: options.Name, WantZh: "文件是 XML 表格 2003，不能读取；请在 Excel 或 WPS 中“另存为”Excel 工作簿（*.xlsx）后再报送",
			Want: "XML Spreadsheet 2003 is not read; open it in Excel or WPS and save it as Excel Workbook (*.xlsx)"}
	case err != nil:
		return nil, damagedXML(options.Name, reader, err)
	}
	return openSDMXML(path, options, found, root.Name.Local)
}

// beginsHTML says whether the opening of a file speaks of HTML.
func beginsHTML(path string, found charset) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	opening := make([]byte, 512)
	n, _ := io.ReadFull(utf8Reader(file, found.name), opening)
	return strings.Contains(strings.ToLower(string(opening[:n])), "html")
}

func damagedXML(name string, reader *xmlReader, err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return &FormatError{File: name, At: fmt.Sprintf("byte %d", reader.decoder.InputOffset()),
		WantZh: "XML 不完整、有语法错误或含不允许的声明，请重新导出",
		Want:   "the XML is cut short, malformed or declares what is not allowed; export it again", Got: cutText(err.Error(), 200)}
}
