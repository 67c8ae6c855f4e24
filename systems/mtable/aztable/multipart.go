package aztable

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// transactionETags returns the ETag of each operation, empty for deletes. A response to a transaction is a message of one
// part, which is a message with a part for each operation, which is a response of HTTP.
func transactionETags(response *http.Response) ([]string, error) {
	if response == nil {
		return nil, errors.New("the response was not captured")
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return nil, err
	}
	_, outer, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		return nil, fmt.Errorf("content type of the response: %w", err)
	}
	changes, err := multipart.NewReader(bytes.NewReader(body), outer["boundary"]).NextPart()
	if err != nil {
		return nil, fmt.Errorf("response: %w", err)
	}
	_, inner, err := mime.ParseMediaType(changes.Header.Get("Content-Type"))
	if err != nil {
		return nil, fmt.Errorf("content type of the change set: %w", err)
	}
	var etags []string
	for parts := multipart.NewReader(changes, inner["boundary"]); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return etags, nil
		}
		if err != nil {
			return nil, fmt.Errorf("change set: %w", err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(part), nil)
		if err != nil {
			return nil, fmt.Errorf("answer %d: %w", len(etags), err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode >= 300 {
			return nil, fmt.Errorf("answer %d has status %s", len(etags), answer.Status)
		}
		etags = append(etags, answer.Header.Get("ETag"))
	}
}
