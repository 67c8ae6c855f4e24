package machine

import "testing"

func TestPackageOf(t *testing.T) {
	for name, want := range map[string]string{
		"example.com/kv.init":             "example.com/kv",
		"example.com/kv_test.TestA.func1": "example.com/kv_test",
		"main.main":                       "main",
		"gopkg.in/yaml%2ev3.init.0":       "gopkg.in/yaml.v3",
		"example.com/spec.Answers[go.shape.struct { K int }].d": "example.com/spec",
		"example.com/spec.(*Once[example.com/a/b.T]).define":    "example.com/spec",
		"": "",
	} {
		if got := packageOf(name); got != want {
			t.Errorf("%q is in %q, want %q", name, got, want)
		}
	}
}

func TestShortTypes(t *testing.T) {
	for name, want := range map[string]string{
		"kv.Write": "kv.Write",
		"spec.Answered[example.com/a/kv.Request]":          "spec.Answered[kv.Request]",
		"spec.X[map[example.com/a.K]*example.com/b.V,int]": "spec.X[map[a.K]*b.V,int]",
		"*spec.X[example.com/a.B[example.com/c.D]]":        "*spec.X[a.B[c.D]]",
	} {
		if got := shortTypes(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}
