package checkpoint

import (
	"slices"
	"unsafe"
)

// Image is the contents of all memory that a [Saver.Save] reached. Its zero value is ready for use; saving into an image
// again reuses its memory. An Image keeps what it refers to alive. It must not be copied after first use.
type Image struct {
	regions []region
	ptrs    []unsafe.Pointer // every saved word that holds a pointer, in the order of the regions
	words   []uint64         // all other contents, in the same order
}

// region is memory whose contents are in the streams: n values in a row, or one of the following.
type region struct {
	at   unsafe.Pointer
	plan *plan
	n    int
}

const (
	mapRegion  = 0
	boxRegion  = -1 // the value of an interface: visited, never saved
	syncRegion = -2 // a sync.Map, by its entries
	slotRegion = -3 // an interface that gets a clone of the value that it holds
)

// Size returns the number of bytes that the image takes, including what it keeps in reserve for the next Save.
func (img *Image) Size() int {
	return int(unsafe.Sizeof(*img)) + cap(img.regions)*int(unsafe.Sizeof(region{})) + (cap(img.ptrs)+cap(img.words))*wordSize
}

// Clear lets go of all memory of the program. What the image itself takes is kept for the next Save.
func (img *Image) Clear() {
	clear(img.regions[:cap(img.regions)])
	clear(img.ptrs[:cap(img.ptrs)])
	img.reset()
}

func (img *Image) reset() {
	img.regions, img.ptrs, img.words = img.regions[:0], img.ptrs[:0], img.words[:0]
}

// letGo clears what an earlier, larger content of the image has left behind the present one.
func (img *Image) letGo(regions, ptrs int) {
	if n := len(img.regions); n < regions {
		clear(img.regions[n:regions])
	}
	if n := len(img.ptrs); n < ptrs {
		clear(img.ptrs[n:ptrs])
	}
}

// pointers returns room for n more pointers.
func (img *Image) pointers(n int) []unsafe.Pointer {
	k := len(img.ptrs)
	if cap(img.ptrs)-k < n {
		img.ptrs = slices.Grow(img.ptrs, n)
	}
	img.ptrs = img.ptrs[:k+n]
	return img.ptrs[k : k+n : k+n]
}

// plain returns room for n more words.
func (img *Image) plain(n int) []uint64 {
	k := len(img.words)
	if cap(img.words)-k < n {
		img.words = slices.Grow(img.words, n)
	}
	img.words = img.words[:k+n]
	return img.words[k : k+n : k+n]
}
