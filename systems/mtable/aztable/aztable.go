package aztable

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Table is a table of Azure Table storage.
type Table struct {
	client *aztables.Client
}

var _ table.Table = (*Table)(nil)

// New returns the table of a client. It must exist. How queries are tried again is up to the client's options.
func New(client *aztables.Client) *Table { return &Table{client} }

// Capabilities are none beyond what all tables have.
func (t *Table) Capabilities() table.Capabilities { return table.Capabilities{} }

// Execute implements [table.Table].
func (t *Table) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	if err := b.Validate(table.MaxBatch); err != nil {
		return nil, err
	}
	if b[0].Key.Partition == "" {
		return nil, table.Invalid(0, "Azure Tables has no empty partition key")
	}
	for i, op := range b {
		if op.Kind == table.OpDeleteIfExists && len(b) > 1 {
			return nil, table.Invalid(i, "Azure Tables has no DeleteIfExists together with other operations")
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = policy.WithRetryOptions(ctx, policy.RetryOptions{MaxRetries: -1})
	if len(b) == 1 {
		return t.single(ctx, b[0])
	}
	return t.transaction(ctx, b)
}

// single executes a batch of one operation.
func (t *Table) single(ctx context.Context, op table.Op) ([]table.Result, error) {
	etag, err := t.send(ctx, op)
	if err != nil {
		err = singleError(err)
		if op.Kind == table.OpDeleteIfExists {
			if out := table.Outcome(err); out != nil && out.Kind == table.ErrNotFound {
				return []table.Result{{Status: op.Status()}}, nil
			}
		}
		return nil, err
	}
	if (etag == "") != op.Kind.Deletes() {
		return nil, table.Wrap(table.ErrInternal, nil, "%v returned the ETag %q", op, etag)
	}
	return []table.Result{{Status: op.Status(), ETag: table.ETag(etag)}}, nil
}

func (t *Table) send(ctx context.Context, op table.Op) (azcore.ETag, error) {
	if op.Kind.Deletes() {
		_, err := t.client.DeleteEntity(ctx, op.Key.Partition, op.Key.Row, &aztables.DeleteEntityOptions{IfMatch: ifMatch(op)})
		return "", err
	}
	body, err := marshal(op.Key, op.Properties)
	if err != nil {
		return "", err
	}
	replace, merge := aztables.UpdateModeReplace, aztables.UpdateModeMerge
	switch op.Kind {
	case table.OpInsert:
		r, err := t.client.AddEntity(ctx, body, nil)
		return r.ETag, err
	case table.OpReplace:
		r, err := t.client.UpdateEntity(ctx, body, &aztables.UpdateEntityOptions{IfMatch: ifMatch(op), UpdateMode: replace})
		return r.ETag, err
	case table.OpMerge:
		r, err := t.client.UpdateEntity(ctx, body, &aztables.UpdateEntityOptions{IfMatch: ifMatch(op), UpdateMode: merge})
		return r.ETag, err
	case table.OpInsertOrReplace:
		r, err := t.client.UpsertEntity(ctx, body, &aztables.UpsertEntityOptions{UpdateMode: replace})
		return r.ETag, err
	}
	r, err := t.client.UpsertEntity(ctx, body, &aztables.UpsertEntityOptions{UpdateMode: merge})
	return r.ETag, err
}

// ifMatch returns the condition of an update or a delete, which is never nil for these.
func ifMatch(op table.Op) *azcore.ETag {
	etag := azcore.ETagAny
	if exact, one := op.IfMatch.ETag(); one {
		etag = azcore.ETag(exact)
	}
	return &etag
}

var transactionTypes = map[table.OpKind]aztables.TransactionType{
	table.OpInsert:          aztables.TransactionTypeAdd,
	table.OpReplace:         aztables.TransactionTypeUpdateReplace,
	table.OpMerge:           aztables.TransactionTypeUpdateMerge,
	table.OpDelete:          aztables.TransactionTypeDelete,
	table.OpInsertOrReplace: aztables.TransactionTypeInsertReplace,
	table.OpInsertOrMerge:   aztables.TransactionTypeInsertMerge,
}

// transaction executes a batch of several operations.
func (t *Table) transaction(ctx context.Context, b table.Batch) ([]table.Result, error) {
	actions := make([]aztables.TransactionAction, len(b))
	for i, op := range b {
		key := op.Key
		if op.Kind != table.OpInsert { // the key goes into an address, between quotes
			key.Partition = strings.ReplaceAll(key.Partition, "'", "''")
			key.Row = strings.ReplaceAll(key.Row, "'", "''")
		}
		body, err := marshal(key, op.Properties)
		if err != nil {
			return nil, err
		}
		actions[i] = aztables.TransactionAction{ActionType: transactionTypes[op.Kind], Entity: body}
		if op.Kind.Conditional() {
			actions[i].IfMatch = ifMatch(op)
		}
	}
	response, err := t.submit(ctx, actions)
	if err != nil {
		return nil, transactionError(err, response, len(b))
	}
	etags, err := transactionETags(response)
	if err == nil && len(etags) != len(b) {
		err = table.Wrap(table.ErrInternal, nil, "%d answers to a batch of %d operations", len(etags), len(b))
	}
	if err != nil {
		// The batch has taken place. Without its ETags that is no success, and no failure either.
		return nil, table.Wrap(table.ErrIndeterminate, err, "aztable: answer to a batch")
	}
	results := make([]table.Result, len(b))
	for i, op := range b {
		results[i].Status = op.Status()
		if op.Kind.Deletes() {
			continue
		}
		if etags[i] == "" {
			return nil, table.Wrap(table.ErrIndeterminate, nil, "aztable: the answer to %v has no ETag", op)
		}
		results[i].ETag = table.ETag(etags[i])
	}
	return results, nil
}

// submit sends a transaction. The SDK panics at answers that are cut off in certain places; that is an error here.
func (t *Table) submit(ctx context.Context, actions []aztables.TransactionAction) (response *http.Response, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the SDK cannot read the answer: %v", r)
		}
	}()
	_, err = t.client.SubmitTransaction(policy.WithCaptureResponse(ctx, &response), actions, nil)
	return response, err
}
