package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// A machine without CAP_SYS_RESOURCE, whose hard limit of open files is 1024.
func reduced() grants {
	return grants{
		capabilities: 1<<41 - 1 - 1<<24,
		oomScoreAdj:  0,
		hardLimit: func(resource int) (uint64, bool) {
			if resource == resources["RLIMIT_NOFILE"] {
				return 1024, true
			}
			return 0, false
		},
	}
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	path := filepath.Join(t.TempDir(), "process.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := rewriteFile(path, reduced().lower); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(content, &document); err != nil {
		t.Fatal(err)
	}
	return document
}

func TestLower(t *testing.T) {
	cases := map[string]struct{ given, want string }{
		"a missing capability is dropped from every set": {
			`{"capabilities":{"bounding":["CAP_CHOWN","CAP_SYS_RESOURCE"],"effective":["CAP_SYS_RESOURCE"]}}`,
			`{"capabilities":{"bounding":["CAP_CHOWN"],"effective":[]}}`,
		},
		"a capability that this program does not know is left to the runtime": {
			`{"capabilities":{"bounding":["CAP_OF_TOMORROW"]}}`,
			`{"capabilities":{"bounding":["CAP_OF_TOMORROW"]}}`,
		},
		"a negative score is raised": {`{"oomScoreAdj":-999}`, `{"oomScoreAdj":0}`},
		"a positive score is kept":   {`{"oomScoreAdj":900}`, `{"oomScoreAdj":900}`},
		"a limit above the hard one is lowered, one below is kept": {
			`{"rlimits":[{"type":"RLIMIT_NOFILE","hard":18446744073709551615,"soft":512}]}`,
			`{"rlimits":[{"type":"RLIMIT_NOFILE","hard":1024,"soft":512}]}`,
		},
		"everything else passes through": {
			`{"args":["sh"],"user":{"uid":65532},"noNewPrivileges":true}`,
			`{"args":["sh"],"user":{"uid":65532},"noNewPrivileges":true}`,
		},
	}
	for name, each := range cases {
		t.Run(name, func(t *testing.T) {
			var want map[string]any
			if err := json.Unmarshal([]byte(each.want), &want); err != nil {
				t.Fatal(err)
			}
			if got := parse(t, each.given); !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestLimitsKeepTheirPrecision(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(path, []byte(`{"linux":{"resources":{"memory":{"limit":9223372036854771713}}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := rewriteFile(path, func(map[string]any) {}); err != nil {
		t.Fatal(err)
	}
	content, _ := os.ReadFile(path)
	if want := `{"linux":{"resources":{"memory":{"limit":9223372036854771713}}}}`; string(content) != want {
		t.Errorf("got %s, want %s", content, want)
	}
}

func TestFlagValue(t *testing.T) {
	for _, args := range [][]string{{"--bundle", "/b"}, {"--bundle=/b"}, {"-b", "/b"}} {
		if got := flagValue(append([]string{"--root", "/r", "create"}, args...), "--bundle", "-b"); got != "/b" {
			t.Errorf("%v: got %q", args, got)
		}
	}
	if got := flagValue([]string{"create", "id"}, "--bundle", "-b"); got != "" {
		t.Errorf("got %q where no flag is", got)
	}
}
