package strategy

// objects finds the enabled operations whose next action touches an object. It is a hash table with chains through
// the operations: a chain may hold operations of other objects, so its reader compares.
type objects struct {
	heads []int32 // by hash; index of the first operation, counted from 1
	links []link  // by Op.Index
	size  int
}

type link struct {
	op         *Op // nil when not held
	next, prev int32
	key        Object
}

const firstHeads = 32

func (o *objects) reset() {
	if o.heads == nil {
		o.heads = make([]int32, firstHeads)
	}
	clear(o.heads)
	clear(o.links)
	o.links = o.links[:0]
	o.size = 0
}

// bucket returns the chain of an object. Inboxes are numbered densely from 0, so they seldom share one; models, whose
// numbers begin at 2^30, come from the other end.
func (o *objects) bucket(key Object) *int32 {
	return &o.heads[int(key^-(key>>30))&(len(o.heads)-1)]
}

// add holds op under the object of its next action.
func (o *objects) add(op *Op) {
	for op.Index >= len(o.links) {
		o.links = append(o.links, link{})
	}
	if o.size >= len(o.heads) {
		o.grow()
	}
	o.size++
	o.insert(op, op.Next.Object)
}

func (o *objects) insert(op *Op, key Object) {
	head := o.bucket(key)
	o.links[op.Index] = link{op: op, next: *head, key: key}
	if *head > 0 {
		o.links[*head-1].prev = int32(op.Index + 1)
	}
	*head = int32(op.Index + 1)
}

func (o *objects) remove(op *Op) {
	if op.Index >= len(o.links) || o.links[op.Index].op == nil {
		return
	}
	l := o.links[op.Index]
	if l.prev > 0 {
		o.links[l.prev-1].next = l.next
	} else {
		*o.bucket(l.key) = l.next
	}
	if l.next > 0 {
		o.links[l.next-1].prev = l.prev
	}
	o.links[op.Index] = link{}
	o.size--
}

// update follows op, which is held, to the object of its next action.
func (o *objects) update(op *Op) {
	if o.links[op.Index].key != op.Next.Object {
		o.remove(op)
		o.add(op)
	}
}

func (o *objects) grow() {
	o.heads = make([]int32, 2*len(o.heads))
	for i := range o.links {
		if l := o.links[i]; l.op != nil {
			o.insert(l.op, l.key)
		}
	}
}
