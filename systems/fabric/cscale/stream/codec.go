package stream

import (
	"encoding/binary"
	"fmt"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Append appends the encoding of a batch: integers are varints, texts have their length in front.
func (b *Batch) Append(to []byte) []byte {
	to = AppendPartition(to, b.From)
	to = binary.AppendVarint(to, b.Seq)
	to = binary.AppendVarint(to, b.Watermark)
	return AppendItems(to, b.Items)
}

// AppendItems appends the encoding of items.
func AppendItems(to []byte, items []Item) []byte {
	to = binary.AppendUvarint(to, uint64(len(items)))
	for i := range items {
		it := &items[i]
		to = binary.AppendVarint(to, it.Time)
		to = AppendText(to, it.Key)
		to = AppendText(to, it.Text)
		to = binary.AppendVarint(to, it.Value)
	}
	return to
}

// AppendPartition appends the encoding of the name of a partition.
func AppendPartition(to []byte, p service.PartitionID) []byte {
	return binary.AppendUvarint(AppendText(to, p.Service), uint64(p.Index))
}

// AppendText appends the encoding of a text.
func AppendText[T ~string | ~[]byte](to []byte, text T) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// Reader reads what the Append functions have written. The first error stays: what is read behind it is zero.
type Reader struct {
	left string
	size int
	err  error
}

// Read returns a reader of a copy of data. The texts that it reads are parts of that copy.
func Read(data []byte) *Reader { return &Reader{left: string(data), size: len(data)} }

func (r *Reader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("stream: %s at byte %d of %d is damaged", what, r.size-len(r.left), r.size)
	}
	r.left = ""
}

// Err returns the error, also if something is left that nobody has read.
func (r *Reader) Err() error {
	if len(r.left) > 0 {
		r.fail("the end")
	}
	return r.err
}

// Uint reads a number that is not negative.
func (r *Reader) Uint() uint64 {
	var n uint64
	for i := 0; i < len(r.left) && i < binary.MaxVarintLen64; i++ {
		c := r.left[i]
		if i == binary.MaxVarintLen64-1 && c > 1 {
			break
		}
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.left = r.left[i+1:]
			return n
		}
	}
	r.fail("a number")
	return 0
}

// Int reads a number.
func (r *Reader) Int() int64 {
	n := r.Uint()
	return int64(n>>1) ^ -int64(n&1)
}

// Len reads how many elements follow, each of which takes so many bytes at least.
func (r *Reader) Len(least int) int {
	n := r.Uint()
	if n > uint64(len(r.left)/least) {
		r.fail("a length")
		return 0
	}
	return int(n)
}

// Text reads a text.
func (r *Reader) Text() string {
	n := r.Len(1)
	text := r.left[:n]
	r.left = r.left[n:]
	return text
}

// Partition reads the name of a partition.
func (r *Reader) Partition() service.PartitionID {
	return service.PartitionID{Service: r.Text(), Index: int(r.Uint())}
}

// Items reads items.
func (r *Reader) Items() []Item {
	items := make([]Item, r.Len(4))
	for i := range items {
		items[i] = Item{r.Int(), r.Text(), r.Text(), r.Int()}
	}
	return items
}

// Batch reads a batch.
func (r *Reader) Batch() Batch {
	return Batch{r.Partition(), r.Int(), r.Int(), r.Items()}
}
