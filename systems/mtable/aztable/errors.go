package aztable

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// kinds are the kinds of errors of operations, by the code that the service gives them.
var kinds = map[string]error{
	"EntityAlreadyExists":         table.ErrConflict,
	"EntityNotFound":              table.ErrNotFound,
	"ResourceNotFound":            table.ErrNotFound,
	"UpdateConditionNotSatisfied": table.ErrPreconditionFailed,
	"ConditionNotMet":             table.ErrPreconditionFailed,
}

// singleError translates the error of an operation that was sent alone.
func singleError(err error) error {
	var response *azcore.ResponseError
	if errors.As(err, &response) {
		if kind := kinds[response.ErrorCode]; kind != nil {
			return table.Failed(kind, 0)
		}
	}
	return otherError(err)
}

// transactionError translates the error of a transaction of n operations. Of a transaction that has failed the service says
// so with status 202, in the body of what looks like a success.
func transactionError(err error, response *http.Response, n int) error {
	var failed *azcore.ResponseError
	if !errors.As(err, &failed) || failed.StatusCode != http.StatusAccepted || response == nil {
		return otherError(err)
	}
	body, payloadErr := runtime.Payload(response)
	if payloadErr != nil {
		return table.Wrap(table.ErrIndeterminate, payloadErr, "aztable: read the answer to a batch")
	}
	code, op, ok := transactionFailure(body)
	kind := kinds[code]
	switch {
	case kind != nil && ok && op < n:
		return table.Failed(kind, op)
	case code == "InvalidDuplicateRow" || code == "InvalidInput" || code == "RequestBodyTooLarge" ||
		code == "EntityTooLarge" || code == "PropertyValueTooLarge" || code == "ContentLengthExceeded":
		if !ok || op >= n {
			op = table.NoOp
		}
		return table.Invalid(op, "the service refuses the batch: %w", err)
	}
	// Nothing is known about an operation. In particular it is not known to be the first one.
	return table.Wrap(table.ErrInternal, err, "aztable: the service says %q of operation %d, %v", code, op, ok)
}

// indexed is how the message of a failure begins: with the operation.
var indexed = regexp.MustCompile(`^([0-9]+):`)

// transactionFailure finds code and operation in the body of a response. The failure is JSON, in the midst of a message of
// several parts or alone.
func transactionFailure(body []byte) (code string, op int, ok bool) {
	at := bytes.IndexByte(body, '{')
	if at < 0 {
		return "", 0, false
	}
	var failure struct {
		Error struct {
			Code    string `json:"code"`
			Message struct {
				Value string `json:"value"`
			} `json:"message"`
		} `json:"odata.error"`
	}
	if err := json.NewDecoder(bytes.NewReader(body[at:])).Decode(&failure); err != nil && !errors.Is(err, io.EOF) {
		return "", 0, false
	}
	m := indexed.FindStringSubmatch(failure.Error.Message.Value)
	if m == nil {
		return failure.Error.Code, 0, false
	}
	op, err := strconv.Atoi(m[1])
	return failure.Error.Code, op, err == nil
}

// otherError translates an error of a write that is no outcome of its operations: does it say that nothing happened?
func otherError(err error) error {
	var response *azcore.ResponseError
	if !errors.As(err, &response) {
		var network *net.OpError
		if errors.As(err, &network) && network.Op == "dial" {
			return table.Wrap(table.ErrUnavailable, err, "aztable: connect")
		}
		return table.Wrap(table.ErrIndeterminate, err, "aztable: send a batch")
	}
	switch {
	case response.ErrorCode == "TableNotFound":
		return table.Wrap(table.ErrInternal, err, "aztable: the table does not exist")
	case response.StatusCode >= 500 || response.StatusCode == http.StatusRequestTimeout:
		return table.Wrap(table.ErrIndeterminate, err, "aztable: the service has failed")
	case response.StatusCode == http.StatusBadRequest || response.StatusCode == http.StatusRequestEntityTooLarge:
		return table.Invalid(table.NoOp, "the service refuses the request: %w", err)
	case response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusUnauthorized ||
		response.StatusCode == http.StatusForbidden:
		return table.Wrap(table.ErrUnavailable, err, "aztable: the service refuses the request")
	}
	return table.Wrap(table.ErrInternal, err, "aztable: unexpected answer")
}

// readError translates the error of a query.
func readError(err error) error {
	var response *azcore.ResponseError
	switch {
	case !errors.As(err, &response):
		return table.Wrap(table.ErrUnavailable, err, "aztable: query")
	case response.ErrorCode == "TableNotFound":
		return table.Wrap(table.ErrInternal, err, "aztable: the table does not exist")
	case response.StatusCode == http.StatusBadRequest:
		return table.Wrap(table.ErrInternal, err, "aztable: the service refuses the query")
	}
	return table.Wrap(table.ErrUnavailable, err, "aztable: query")
}
