package decode

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow/go/v15/arrow/ipc"
	flatbuffers "github.com/google/flatbuffers/go"
)

// The library believes every length that the descriptions in an Arrow file state,
// and asks for so much memory. arrowCheck goes over the descriptions before it and
// refuses those with a list longer than they are themselves.

// Places of the parts in the tables of a description, as the format numbers them.
const (
	messageKind, messageHeader, messageBody              = 6, 8, 10
	schemaFields, schemaMetadata                         = 6, 8
	fieldKind, fieldType, fieldChildren, fieldMetadata   = 8, 10, 14, 16
	batchLength, batchNodes, batchBuffers, batchVariadic = 4, 6, 8, 12
	dictionaryData                                       = 6
	footerSchema, footerDictionaries, footerBatches      = 6, 8, 10

	kindSchema, kindDictionary, kindBatch = 1, 2, 3
	kindUnion, unionTypes                 = 14, 6

	maxArrowMessage = 16 << 20   // bytes of a description
	maxArrowRows    = 16_000_000 // rows of a batch
	maxArrowDepth   = 32         // of columns within columns
)

var errArrow = errors.New("a description states more than it holds")

// checkArrow goes over all descriptions of a file or stream.
func checkArrow(file *os.File, isFile bool) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !isFile {
		return checkStream(file, info.Size())
	}
	tail := make([]byte, len(ipc.Magic)+4)
	if info.Size() < int64(2*len(tail)) {
		return io.ErrUnexpectedEOF
	}
	if _, err := file.ReadAt(tail, info.Size()-int64(len(tail))); err != nil {
		return err
	}
	size := int64(int32(binary.LittleEndian.Uint32(tail)))
	footer, err := readDescription(file, info.Size()-int64(len(tail))-size, size)
	if err != nil {
		return err
	}
	return checkFooter(file, info.Size(), footer)
}

// checkStream goes from message to message.
func checkStream(file *os.File, size int64) error {
	for at := int64(0); at+8 <= size; {
		next, err := checkMessage(file, size, at)
		if err != nil || next == at {
			return err
		}
		at = next
	}
	return nil
}

// checkMessage checks the description of the message at a place and gives that of
// the next, or the same one at the end of the stream.
func checkMessage(file *os.File, size, at int64) (int64, error) {
	prefix := make([]byte, 8)
	if _, err := file.ReadAt(prefix, at); err != nil {
		return 0, err
	}
	length, begin := int64(int32(binary.LittleEndian.Uint32(prefix[4:]))), at+8
	if binary.LittleEndian.Uint32(prefix) != 0xFFFFFFFF { // written before version 0.15
		length, begin = int64(int32(binary.LittleEndian.Uint32(prefix))), at+4
	}
	if length == 0 {
		return at, nil
	}
	description, err := readDescription(file, begin, length)
	if err != nil {
		return 0, err
	}
	message := rootTable(description)
	body := int64(0)
	if o := message.Offset(messageBody); o != 0 {
		body = message.GetInt64(message.Pos + flatbuffers.UOffsetT(o))
	}
	if body < 0 || begin+length+body > size {
		return 0, errArrow
	}
	return begin + length + body, checkHeader(message)
}

func readDescription(file *os.File, at, size int64) ([]byte, error) {
	if size < 8 || size > maxArrowMessage || at < 0 {
		return nil, errArrow
	}
	description := make([]byte, size)
	_, err := file.ReadAt(description, at)
	return description, err
}

func rootTable(description []byte) flatbuffers.Table {
	return flatbuffers.Table{Bytes: description, Pos: flatbuffers.GetUOffsetT(description)}
}

// checkHeader checks what a message describes.
func checkHeader(message flatbuffers.Table) error {
	header, ok := subTable(message, messageHeader)
	o := message.Offset(messageKind)
	if !ok || o == 0 {
		return errArrow
	}
	switch message.GetByte(message.Pos + flatbuffers.UOffsetT(o)) {
	case kindSchema:
		return checkSchema(header)
	case kindDictionary:
		data, ok := subTable(header, dictionaryData)
		if !ok {
			return errArrow
		}
		return checkBatch(data)
	case kindBatch:
		return checkBatch(header)
	}
	return nil
}

// checkFooter checks the schema of a file and the message of every block.
func checkFooter(file *os.File, size int64, footer []byte) error {
	table := rootTable(footer)
	schema, ok := subTable(table, footerSchema)
	if !ok {
		return errArrow
	}
	if err := checkSchema(schema); err != nil {
		return err
	}
	const blockSize = 24
	for _, list := range []flatbuffers.VOffsetT{footerDictionaries, footerBatches} {
		count, begin, err := vector(table, list, blockSize)
		if err != nil {
			return err
		}
		for i := range count {
			block := begin + flatbuffers.UOffsetT(i*blockSize)
			at, length, body := table.GetInt64(block), table.GetInt32(block+8), table.GetInt64(block+16)
			if at < 0 || length < 8 || length > maxArrowMessage || body < 0 || at+int64(length)+body > size {
				return errArrow
			}
			if _, err := checkMessage(file, size, at); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkSchema(schema flatbuffers.Table) error {
	if _, _, err := vector(schema, schemaMetadata, 4); err != nil {
		return err
	}
	return checkFields(schema, schemaFields, 0)
}

// checkFields checks a list of columns and those within them.
func checkFields(table flatbuffers.Table, slot flatbuffers.VOffsetT, depth int) error {
	if depth > maxArrowDepth {
		return fmt.Errorf("columns nested more than %d deep", maxArrowDepth)
	}
	count, begin, err := vector(table, slot, 4)
	if err != nil {
		return err
	}
	for i := range count {
		field := flatbuffers.Table{Bytes: table.Bytes, Pos: table.Indirect(begin + flatbuffers.UOffsetT(4*i))}
		if _, _, err := vector(field, fieldMetadata, 4); err != nil {
			return err
		}
		if o := field.Offset(fieldKind); o != 0 && field.GetByte(field.Pos+flatbuffers.UOffsetT(o)) == kindUnion {
			if union, ok := subTable(field, fieldType); ok {
				if _, _, err := vector(union, unionTypes, 4); err != nil {
					return err
				}
			}
		}
		if err := checkFields(field, fieldChildren, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func checkBatch(batch flatbuffers.Table) error {
	if o := batch.Offset(batchLength); o != 0 {
		if rows := batch.GetInt64(batch.Pos + flatbuffers.UOffsetT(o)); rows < 0 || rows > maxArrowRows {
			return fmt.Errorf("a batch of %d rows", rows)
		}
	}
	for slot, size := range map[flatbuffers.VOffsetT]int{batchNodes: 16, batchBuffers: 16, batchVariadic: 8} {
		if _, _, err := vector(batch, slot, size); err != nil {
			return err
		}
	}
	return nil
}

// vector gives the number of elements of a list and where they begin.
func vector(table flatbuffers.Table, slot flatbuffers.VOffsetT, size int) (int, flatbuffers.UOffsetT, error) {
	o := table.Offset(slot)
	if o == 0 {
		return 0, 0, nil
	}
	count, begin := table.VectorLen(flatbuffers.UOffsetT(o)), table.Vector(flatbuffers.UOffsetT(o))
	if count < 0 || int64(begin)+int64(count)*int64(size) > int64(len(table.Bytes)) {
		return 0, 0, errArrow
	}
	return count, begin, nil
}

func subTable(table flatbuffers.Table, slot flatbuffers.VOffsetT) (flatbuffers.Table, bool) {
	o := table.Offset(slot)
	if o == 0 {
		return flatbuffers.Table{}, false
	}
	return flatbuffers.Table{Bytes: table.Bytes, Pos: table.Indirect(table.Pos + flatbuffers.UOffsetT(o))}, true
}
