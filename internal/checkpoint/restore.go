package checkpoint

import "unsafe"

// Restore writes the contents of the image back to where they were saved. Memory that holds them already is read and
// not written. It may be called any number of times, and allocates nothing but what maps and the methods of types
// allocate. Nothing else may use the state meanwhile, except to read what does not differ.
func (img *Image) Restore() {
	ptrs, words := img.ptrs, img.words
	for i := range img.regions {
		r := &img.regions[i]
		p := r.plan
		switch {
		case r.n <= 0:
			ptrs, words = r.restoreSpecial(ptrs, words)
		case p.flat:
			n := p.size * uintptr(r.n)
			restoreBytes(r.at, words, n)
			words = words[wordsFor(n):]
		case p.list:
			restorePointers(unsafe.Slice((*unsafe.Pointer)(r.at), r.n), ptrs)
			ptrs = ptrs[r.n:]
		default:
			for k := range uintptr(r.n) {
				p.restore(unsafe.Add(r.at, k*p.size), ptrs, words)
				ptrs, words = ptrs[p.ptrs:], words[p.words:]
			}
		}
	}
}

// restoreSpecial writes a region back that is not values in a row, and returns what follows it in the streams.
func (r *region) restoreSpecial(ptrs []unsafe.Pointer, words []uint64) ([]unsafe.Pointer, []uint64) {
	switch r.n {
	case mapRegion:
		return r.restoreMap(ptrs, words)
	case syncRegion:
		return r.restoreSyncMap(ptrs, words)
	}
	c := r.plan.method.cloneAgain(r.plan.typ, ptrs[0])
	if r.plan.direct {
		c = *(*unsafe.Pointer)(c)
	}
	(*eface)(r.at).data = c
	return ptrs[1:], words
}

// restore writes a value back. Every word that holds a pointer is written as one, so that the collector hears of it.
func (p *plan) restore(at unsafe.Pointer, ptrs []unsafe.Pointer, words []uint64) {
	for i := range p.ops {
		o := &p.ops[i]
		to := unsafe.Add(at, o.off)
		switch o.kind {
		case opWord:
			putWord((*word)(to), (*word)(unsafe.Pointer(&words[o.wrd])))
		case opPlain:
			dst := unsafe.Slice((*word)(to), o.n/wordSize)
			src := wordsOf(words[o.wrd:], len(dst))
			for k := range dst {
				putWord(&dst[k], &src[k])
			}
		case opBytes:
			restoreBytes(to, words[o.wrd:], o.n)
		case opString:
			s := (*stringHeader)(to)
			putPointer(&s.data, ptrs[o.ptr])
			putInt(&s.len, words[o.wrd])
		case opPointer, opMap, opShare, opNil:
			putPointer((*unsafe.Pointer)(to), ptrs[o.ptr])
		case opSlice, opShareList:
			s := (*sliceHeader)(to)
			w := words[o.wrd : o.wrd+2]
			putPointer(&s.data, ptrs[o.ptr])
			putInt(&s.len, w[0])
			putInt(&s.cap, w[1])
		case opAny, opInterface, opShare2:
			x := (*eface)(to)
			q := ptrs[o.ptr : o.ptr+2]
			putPointer(&x.typ, q[0])
			putPointer(&x.data, q[1])
		case opArray:
			e := o.elem
			for k := range int(o.n) {
				e.restore(unsafe.Add(to, uintptr(k)*e.size), ptrs[o.ptr+k*e.ptrs:], words[o.wrd+k*e.words:])
			}
		case opBuilder:
			(*builder)(to).restore(ptrs[o.ptr], ptrs[o.ptr+1], int(words[o.wrd]))
		case opMethod:
			o.elem.method.assign(o.elem.typ, to, ptrs[o.ptr])
		}
	}
}

func putPointer(to *unsafe.Pointer, v unsafe.Pointer) {
	if *to != v {
		*to = v
	}
}

func putWord(to, v *word) {
	if *to != *v {
		*to = *v
	}
}

func putInt(to *int, v uint64) {
	if *to != int(v) {
		*to = int(v)
	}
}

func restorePointers(to, saved []unsafe.Pointer) {
	saved = saved[:len(to)]
	for i, v := range saved {
		if to[i] != v {
			to[i] = v
		}
	}
}

// blockBytes is how much is compared at once before its words are looked at.
const blockBytes = 256

// restoreBytes writes n bytes back, word by word where they differ.
func restoreBytes(at unsafe.Pointer, words []uint64, n uintptr) {
	to, saved := unsafe.Slice((*byte)(at), n), bytesOf(words, n)
	if string(to) == string(saved) {
		return
	}
	for len(to) > blockBytes {
		if string(to[:blockBytes]) != string(saved[:blockBytes]) {
			restoreBlock(to[:blockBytes], saved[:blockBytes])
		}
		to, saved = to[blockBytes:], saved[blockBytes:]
	}
	restoreBlock(to, saved)
}

func restoreBlock(to, saved []byte) {
	for len(to) >= wordSize && len(saved) >= wordSize {
		putWord((*word)(to), (*word)(saved))
		to, saved = to[wordSize:], saved[wordSize:]
	}
	for i, b := range saved {
		if to[i] != b {
			to[i] = b
		}
	}
}
