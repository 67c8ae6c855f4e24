package failure

import "io"

// Attachment is what a specification has to say about a failure beyond words: a page, a picture, data. It is written beside
// the saved schedule.
type Attachment struct {
	Name  string // the end of a file's name, such as "history.html"
	Write func(w io.Writer) error
}
