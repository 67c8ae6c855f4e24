package aztable

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

const typeSuffix = "@odata.type"

// The types of values that JSON does not tell.
const (
	typeInt64  = "Edm.Int64"
	typeDouble = "Edm.Double"
	typeTime   = "Edm.DateTime"
	typeGUID   = "Edm.Guid"
	typeBinary = "Edm.Binary"
)

const timeFormat = "2006-01-02T15:04:05.0000000Z"

// marshal returns a row as the service takes it.
func marshal(k table.Key, p table.Properties) ([]byte, error) {
	row := make(map[string]any, 2*len(p)+2)
	row[table.PartitionKey], row[table.RowKey] = k.Partition, k.Row
	for name, v := range p {
		typed := func(odata string, value any) { row[name], row[name+typeSuffix] = value, odata }
		switch v.Kind() {
		case table.KindString:
			row[name], _ = v.Text()
		case table.KindBool:
			row[name], _ = v.Bool()
		case table.KindInt32:
			row[name], _ = v.Int32()
		case table.KindInt64:
			n, _ := v.Int64()
			typed(typeInt64, strconv.FormatInt(n, 10))
		case table.KindDouble:
			f, _ := v.Double()
			typed(typeDouble, f)
		case table.KindTime:
			t, _ := v.Time()
			typed(typeTime, t.Format(timeFormat))
		case table.KindGUID:
			g, _ := v.GUID()
			typed(typeGUID, formatGUID(g))
		case table.KindBinary:
			b, _ := v.Binary()
			typed(typeBinary, base64.StdEncoding.EncodeToString(b))
		}
	}
	body, err := json.Marshal(row)
	if err != nil {
		return nil, table.Invalid(table.NoOp, "row %v: %w", k, err)
	}
	return body, nil
}

func formatGUID(g [16]byte) string {
	h := hex.EncodeToString(g[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// unmarshal reads a row as the service returns it.
func unmarshal(body []byte) (table.Entity, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var row map[string]any
	if err := d.Decode(&row); err != nil {
		return table.Entity{}, table.Wrap(table.ErrInternal, err, "aztable: read a row")
	}
	e := table.Entity{Properties: make(table.Properties)}
	for name, value := range row {
		var err error
		switch name {
		case "odata.etag":
			err = set(value, func(s string) error { e.ETag = table.ETag(s); return nil })
		case table.PartitionKey:
			err = set(value, func(s string) error { e.Partition = s; return nil })
		case table.RowKey:
			err = set(value, func(s string) error { e.Row = s; return nil })
		case "Timestamp":
			err = set(value, func(s string) (err error) { e.Timestamp, err = time.Parse(time.RFC3339Nano, s); return err })
		default:
			if strings.Contains(name, "@") || strings.HasPrefix(name, "odata.") || value == nil {
				continue
			}
			kind, _ := row[name+typeSuffix].(string)
			e.Properties[name], err = parse(kind, value)
		}
		if err != nil {
			return table.Entity{}, table.Wrap(table.ErrInternal, err, "aztable: property %s of a row", name)
		}
	}
	if e.ETag == "" {
		return table.Entity{}, table.Wrap(table.ErrInternal, nil, "aztable: row %v has no ETag", e.Key)
	}
	return e, nil
}

func set(value any, to func(string) error) error {
	s, ok := value.(string)
	if !ok {
		return fmt.Errorf("%v is no string", value)
	}
	return to(s)
}

// parse returns a value. Integers of 32 bits and doubles need no type: doubles have a decimal point or an exponent.
func parse(odata string, value any) (v table.Value, err error) {
	switch x := value.(type) {
	case bool:
		return table.Bool(x), nil
	case json.Number:
		if odata == typeDouble || strings.ContainsAny(x.String(), ".eE") {
			f, err := x.Float64()
			return table.Double(f), err
		}
		n, err := strconv.ParseInt(x.String(), 10, 32)
		return table.Int32(int32(n)), err
	case string:
		return parseText(odata, x)
	}
	return table.Value{}, fmt.Errorf("%v of type %q", value, odata)
}

func parseText(odata, s string) (table.Value, error) {
	switch odata {
	case "", "Edm.String":
		return table.Text(s), nil
	case typeInt64:
		n, err := strconv.ParseInt(s, 10, 64)
		return table.Int64(n), err
	case typeDouble:
		f, err := strconv.ParseFloat(s, 64)
		return table.Double(f), err
	case typeTime:
		t, err := time.Parse(time.RFC3339Nano, s)
		return table.Time(t), err
	case typeGUID:
		var g [16]byte
		b, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
		if err == nil && len(b) != len(g) {
			err = fmt.Errorf("GUID %q", s)
		}
		copy(g[:], b)
		return table.GUID(g), err
	case typeBinary:
		b, err := base64.StdEncoding.DecodeString(s)
		return table.Binary(b), err
	}
	return table.Value{}, fmt.Errorf("%q of type %q", s, odata)
}
