package aztable_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/ravelgo/ravel/systems/mtable/aztable"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// service answers requests. It counts them.
type service struct {
	requests int
	answer   func(*http.Request) (*http.Response, error)
}

func (s *service) Do(r *http.Request) (*http.Response, error) {
	s.requests++
	return s.answer(r)
}

// answering returns a table whose service answers so.
func answering(t *testing.T, answer func(*http.Request) (*http.Response, error)) (*service, *aztable.Table) {
	t.Helper()
	s := &service{answer: answer}
	c, err := aztables.NewClientWithNoCredential("http://localhost/account/table",
		&aztables.ClientOptions{ClientOptions: azcore.ClientOptions{Transport: s, Retry: policy.RetryOptions{MaxRetries: 3, RetryDelay: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	return s, aztable.New(c)
}

// said returns an answer with a status and a body.
func said(status int, contentType, body string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Status: fmt.Sprint(status), Request: r, Header: http.Header{"Content-Type": {contentType}},
			Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

func failure(code, message string) string {
	return fmt.Sprintf(`{"odata.error":{"code":%q,"message":{"lang":"en-US","value":%q}}}`, code, message)
}

// batchFailure is the answer to a transaction that has failed, as the service gives it.
func batchFailure(code, message string) func(*http.Request) (*http.Response, error) {
	lines := []string{"--batchresponse_1", "Content-Type: multipart/mixed; boundary=changesetresponse_1", "", "--changesetresponse_1",
		"Content-Type: application/http", "Content-Transfer-Encoding: binary", "", "HTTP/1.1 400 Bad Request",
		"Content-Type: application/json;odata=minimalmetadata", "", failure(code, message), "--changesetresponse_1--",
		"--batchresponse_1--", ""}
	return said(http.StatusAccepted, "multipart/mixed; boundary=batchresponse_1", strings.Join(lines, "\r\n"))
}

func key(row string) table.Key { return table.Key{Partition: "p", Row: row} }

var (
	one = table.Batch{table.Merge(key("a"), nil, table.AnyETag())}
	two = table.Batch{table.Merge(key("a"), nil, table.AnyETag()), table.Insert(key("b"), nil)}
)

// What the service says of a write becomes the right error, after one request.
func TestErrorsOfWrites(t *testing.T) {
	broken := func(err error) func(*http.Request) (*http.Response, error) {
		return func(*http.Request) (*http.Response, error) { return nil, err }
	}
	const none = table.NoOp
	for name, test := range map[string]struct {
		batch  table.Batch
		answer func(*http.Request) (*http.Response, error)
		kind   error
		op     int
	}{
		"conflict":                  {two, batchFailure("EntityAlreadyExists", "1:The specified entity already exists."), table.ErrConflict, 1},
		"not found":                 {two, batchFailure("ResourceNotFound", "0:The specified resource does not exist."), table.ErrNotFound, 0},
		"not found, in other words": {two, batchFailure("EntityNotFound", "0:The specified entity does not exist."), table.ErrNotFound, 0},
		"other ETag":                {two, batchFailure("UpdateConditionNotSatisfied", "1:The update condition ..."), table.ErrPreconditionFailed, 1},
		"duplicate row":             {two, batchFailure("InvalidDuplicateRow", "1:A command with RowKey 'a' is ..."), table.ErrInvalidArgument, 1},
		"no index":                  {two, batchFailure("ResourceNotFound", "The specified resource does not exist."), table.ErrInternal, none},
		"index too large":           {two, batchFailure("EntityAlreadyExists", "2:The specified entity already exists."), table.ErrInternal, none},
		"no table":                  {two, batchFailure("TableNotFound", "0:The table specified does not exist."), table.ErrInternal, none},
		"no code":                   {two, batchFailure("", ""), table.ErrInternal, none},
		"success without ETags":     {two, said(http.StatusAccepted, "text/plain", "--a\r\n\r\n--b\r\n"), table.ErrIndeterminate, none},
		"single conflict":           {one, said(http.StatusConflict, "application/json", failure("EntityAlreadyExists", "")), table.ErrConflict, 0},
		"single not found":          {one, said(http.StatusNotFound, "application/json", failure("ResourceNotFound", "")), table.ErrNotFound, 0},
		"single other ETag":         {one, said(http.StatusPreconditionFailed, "application/json", failure("UpdateConditionNotSatisfied", "")), table.ErrPreconditionFailed, 0},
		"single without table":      {one, said(http.StatusNotFound, "application/json", failure("TableNotFound", "")), table.ErrInternal, none},
		"bad request":               {one, said(http.StatusBadRequest, "application/json", failure("InvalidInput", "")), table.ErrInvalidArgument, none},
		"server error":              {one, said(http.StatusInternalServerError, "text/plain", ""), table.ErrIndeterminate, none},
		"server error, batch":       {two, said(http.StatusServiceUnavailable, "text/plain", ""), table.ErrIndeterminate, none},
		"request too slow":          {one, said(http.StatusRequestTimeout, "text/plain", ""), table.ErrIndeterminate, none},
		"too many requests":         {two, said(http.StatusTooManyRequests, "text/plain", ""), table.ErrUnavailable, none},
		"not allowed":               {one, said(http.StatusForbidden, "text/plain", ""), table.ErrUnavailable, none},
		"answer lost":               {one, broken(io.ErrUnexpectedEOF), table.ErrIndeterminate, none},
		"answer lost, batch":        {two, broken(context.DeadlineExceeded), table.ErrIndeterminate, none},
		"no connection":             {two, broken(&net.OpError{Op: "dial", Err: errors.New("refused")}), table.ErrUnavailable, none},
	} {
		s, tab := answering(t, test.answer)
		_, err := tab.Execute(ctx, test.batch)
		var e *table.Error
		if !errors.As(err, &e) || e.Kind != test.kind || e.Op != test.op {
			t.Errorf("%s: %v", name, err)
		}
		if s.requests != 1 {
			t.Errorf("%s: %d requests", name, s.requests)
		}
	}
}

// A context that ends while a write is under way leaves the outcome unknown.
func TestCancelledWrite(t *testing.T) {
	for _, b := range []table.Batch{one, two} {
		limited, cancel := context.WithCancel(ctx)
		_, tab := answering(t, func(r *http.Request) (*http.Response, error) {
			cancel()
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		if _, err := tab.Execute(limited, b); !errors.Is(err, table.ErrIndeterminate) || !errors.Is(err, context.Canceled) {
			t.Errorf("%d operations: %v", len(b), err)
		}
	}
}

func TestErrorsOfQueries(t *testing.T) {
	for name, test := range map[string]struct {
		answer func(*http.Request) (*http.Response, error)
		kind   error
	}{
		"no table":    {said(http.StatusNotFound, "application/json", failure("TableNotFound", "")), table.ErrInternal},
		"bad filter":  {said(http.StatusBadRequest, "application/json", failure("InvalidInput", "")), table.ErrInternal},
		"not allowed": {said(http.StatusForbidden, "text/plain", ""), table.ErrUnavailable},
		"bad row":     {said(http.StatusOK, "application/json", `{"value":[{"PartitionKey":"p","RowKey":7,"odata.etag":"x"}]}`), table.ErrInternal},
		"no ETag":     {said(http.StatusOK, "application/json", `{"value":[{"PartitionKey":"p","RowKey":"r"}]}`), table.ErrInternal},
		"bad value":   {said(http.StatusOK, "application/json", `{"value":[{"odata.etag":"x","a":"z","a@odata.type":"Edm.Int64"}]}`), table.ErrInternal},
	} {
		_, tab := answering(t, test.answer)
		if _, err := tab.QueryAtomic(ctx, table.AtomicQuery{Partition: "p"}); !errors.Is(err, test.kind) {
			t.Errorf("atomic query, %s: %v", name, err)
		}
		if _, err := table.ReadAll(ctx, tab, table.Query{}); !errors.Is(err, test.kind) {
			t.Errorf("stream, %s: %v", name, err)
		}
	}
}

// The service gets no more comparisons than it takes, and none that it sees in a way of its own.
func TestFiltersSent(t *testing.T) {
	var sent string
	_, tab := answering(t, func(r *http.Request) (*http.Response, error) {
		sent = r.URL.Query().Get("$filter")
		return said(http.StatusOK, "application/json", `{"value":[]}`)(r)
	})
	many := table.Compared("a", table.EQ, table.Text("x"))
	for range 14 {
		many = table.And(many, table.Compared("a", table.EQ, table.Text("x")))
	}
	for text, want := range map[string]string{
		"":                                "PartitionKey eq 'p'",
		"a eq 'it''s'":                    "(PartitionKey eq 'p') and (a eq 'it''s')",
		"a ne 'x'":                        "PartitionKey eq 'p'",
		"RowKey lt true":                  "PartitionKey eq 'p'",
		"(RowKey gt 'a') and (b lt true)": "(PartitionKey eq 'p') and (RowKey gt 'a')",
		many.String():                     "PartitionKey eq 'p'",
		"(RowKey gt 'a') and (" + many.String() + ")": "(PartitionKey eq 'p') and (RowKey gt 'a')",
	} {
		f, err := table.ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tab.QueryAtomic(ctx, table.AtomicQuery{Partition: "p", Filter: f}); err != nil {
			t.Error(err)
		}
		// SDK and filter differ in the parentheses around the whole.
		if got := strings.TrimSuffix(strings.TrimPrefix(sent, "("), ")"); got != strings.TrimSuffix(strings.TrimPrefix(want, "("), ")") {
			t.Errorf("for %q the service was sent %q, want %q", text, sent, want)
		}
	}
	for from, want := range map[table.Key]string{
		{}:                            "",
		{Partition: "p"}:              "PartitionKey ge 'p'",
		{Partition: "p", Row: "it's"}: "((PartitionKey eq 'p') and (RowKey ge 'it''s')) or (PartitionKey gt 'p')",
	} {
		if _, err := table.ReadAll(ctx, tab, table.Query{From: from}); err != nil {
			t.Error(err)
		}
		if sent != want && sent != "("+want+")" {
			t.Errorf("from %v: the service was sent %q, want %q", from, sent, want)
		}
	}
}
