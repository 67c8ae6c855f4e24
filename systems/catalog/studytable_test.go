package catalog_test

import (
	"testing"

	"github.com/ravelgo/ravel/systems/catalog"
)

// Every row of the study has its bug here, and a test of its own where the study had one.
func TestStudyTable(t *testing.T) {
	systems := catalog.Systems()
	for _, row := range catalog.StudyTable() {
		found, err := catalog.Find(systems, "mtable/"+row.Bug)
		if err != nil {
			t.Error(err)
			continue
		}
		if scripted := found[0].Bug.Scripted != nil; scripted != row.Scripted {
			t.Errorf("%s has a test of its own: %v, in the study: %v", row.Bug, scripted, row.Scripted)
		}
		if again, ok := catalog.StudiedBug(row.Bug); !ok || again != row {
			t.Errorf("%s: %v", row.Bug, again)
		}
	}
	if row, ok := catalog.StudiedBug("DefectA"); ok {
		t.Errorf("DefectA has the row %v", row)
	}
}
