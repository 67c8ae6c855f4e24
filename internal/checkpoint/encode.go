package checkpoint

import "unsafe"

// encode writes the value at an address into its room in the two streams. It follows nothing. What methods are to clone
// is left out.
func (p *plan) encode(at unsafe.Pointer, ptrs []unsafe.Pointer, words []uint64) {
	for i := range p.ops {
		o := &p.ops[i]
		from := unsafe.Add(at, o.off)
		switch o.kind {
		case opWord:
			*(*word)(unsafe.Pointer(&words[o.wrd])) = *(*word)(from)
		case opPlain:
			src := unsafe.Slice((*word)(from), o.n/wordSize)
			dst := wordsOf(words[o.wrd:], len(src))
			copy(dst, src)
		case opBytes:
			encodeBytes(from, o.n, words[o.wrd:])
		case opString:
			s := (*stringHeader)(from)
			ptrs[o.ptr], words[o.wrd] = s.data, uint64(s.len)
		case opPointer, opMap, opShare, opNil:
			ptrs[o.ptr] = *(*unsafe.Pointer)(from)
		case opSlice, opShareList:
			s := (*sliceHeader)(from)
			w := words[o.wrd : o.wrd+2]
			ptrs[o.ptr], w[0], w[1] = s.data, uint64(s.len), uint64(s.cap)
		case opAny, opInterface, opShare2:
			x := (*eface)(from)
			q := ptrs[o.ptr : o.ptr+2]
			q[0], q[1] = x.typ, x.data
		case opArray:
			e := o.elem
			for k := range int(o.n) {
				e.encode(unsafe.Add(from, uintptr(k)*e.size), ptrs[o.ptr+k*e.ptrs:], words[o.wrd+k*e.words:])
			}
		case opBuilder:
			b := (*builder)(from)
			ptrs[o.ptr], ptrs[o.ptr+1], words[o.wrd] = b.addr, b.data, uint64(b.len)
		}
	}
}

// word is eight bytes anywhere: bytes need no alignment. Where the machine needs none either, it is moved as one.
type word [wordSize]byte

func wordsOf(words []uint64, n int) []word {
	return unsafe.Slice((*word)(unsafe.Pointer(unsafe.SliceData(words))), n)
}

// encodeBytes fills up the last word with zeros, so that words can be compared.
func encodeBytes(from unsafe.Pointer, n uintptr, words []uint64) {
	if n%wordSize != 0 {
		words[n/wordSize] = 0
	}
	copy(bytesOf(words, n), unsafe.Slice((*byte)(from), n))
}

// bytesOf returns the first n bytes of words.
func bytesOf(words []uint64, n uintptr) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), n)
}
