package cscale

import "iter"

// pieceBytes is the size of the pieces of a snapshot.
const pieceBytes = 256 << 10

// pieces cuts a snapshot into pieces.
func pieces(data []byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for len(data) > 0 {
			n := min(len(data), pieceBytes)
			if !yield(data[:n], nil) {
				return
			}
			data = data[n:]
		}
	}
}

// join puts the pieces of a snapshot together.
func join(pieces iter.Seq2[[]byte, error]) ([]byte, error) {
	var data []byte
	for p, err := range pieces {
		if err != nil {
			return nil, err
		}
		data = append(data, p...)
	}
	return data, nil
}

// failed is a snapshot that fails.
func failed(err error) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) { yield(nil, err) }
}
