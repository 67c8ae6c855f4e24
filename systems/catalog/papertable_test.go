package catalog_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/catalog"
)

var (
	sampled = strings.Fields("RS IRS PCT SS-RR SS-RTC SS-PRR")
	visited = strings.Fields("PB SES-RR SES-RTC SES-PRR")
)

// The table is whole: 26 rows with a figure in every column, and the custom explorer's in the rows that the text is about.
// What the text of the paper says of rows holds for them.
func TestPaperTable(t *testing.T) {
	names, bugs := map[string]bool{}, map[string]bool{}
	rows := 0
	for _, p := range catalog.PaperTable() {
		if names[p.Name] || bugs[p.Bug] || p.Bug == "" {
			t.Errorf("%s (%s) is there twice, or has no bug", p.Name, p.Bug)
		}
		names[p.Name], bugs[p.Bug] = true, true
		custom := p.Figure("SES-Custom") != catalog.NotPublished
		if want := p.Name == "ChainRep_6" || p.Name == "CustExplorer"; custom != want {
			t.Errorf("%s has a figure of the custom explorer: %v", p.Name, custom)
		}
		if p.Name == "CustExplorer" {
			continue
		}
		rows++
		found := map[string]bool{}
		for _, column := range append(sampled, visited...) {
			f := p.Figure(column)
			if f == catalog.NotPublished || f < catalog.TooLong {
				t.Errorf("%s %s: %d", p.Name, column, f)
			}
			found[column] = f > 0
		}
		switch p.Name {
		case "ChainRep_7", "TMS_2", "Paxos_3": // deep, and found by RTC alone
			for column, ok := range found {
				if ok != (column == "SES-RTC") {
					t.Errorf("%s %s: found is %v", p.Name, column, ok)
				}
			}
		case "ChainRep_6": // missed by sampling, found by search
			for _, column := range sampled {
				if found[column] {
					t.Errorf("%s was not found by %s", p.Name, column)
				}
			}
		case "TMS_3", "TMS_4":
			if f := p.Figure("RS"); f != catalog.TooLong || f.String() != "#" {
				t.Errorf("%s: %v", p.Name, f)
			}
		}
	}
	if rows != 26 {
		t.Errorf("%d rows, the paper has 26", rows)
	}
	first := catalog.PaperTable()[0]
	if f := first.Figure("RS"); f.String() != "9842" || f.Mark() != "" || first.Figure("POS") != catalog.NotPublished {
		t.Errorf("%v", f)
	}
}

// Rows are joined with bugs by name, in the order of the table, and each with one.
func TestInPaper(t *testing.T) {
	systems := []catalog.System{
		{Name: "b", Bugs: []catalog.Bug{{Name: "OSR_1"}, {Name: "V1"}, {Name: "CR_X"}}},
		{Name: "a", Bugs: []catalog.Bug{{Name: "2pc_3"}}},
	}
	var got []string
	for _, e := range catalog.InPaper(systems) {
		got = append(got, e.Path()+" "+e.Row.Name)
	}
	if want := "a/2pc_3 2pc_3, b/CR_X CustExplorer, b/OSR_1 OSR_1"; strings.Join(got, ", ") != want {
		t.Errorf("%q, want %s", got, want)
	}
	seen := map[string]string{}
	all, err := catalog.Find(catalog.Systems(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if seen[e.Bug.Name] != "" {
			t.Errorf("%s and %s have the same name, so a row of the paper would have two bugs", seen[e.Bug.Name], e.Path())
		}
		seen[e.Bug.Name] = e.Path()
	}
	if n := len(catalog.InPaper(catalog.Systems())); n < 15 {
		t.Errorf("%d rows of the paper have a bug here", n)
	}
}
