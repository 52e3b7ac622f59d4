// Command oci-shim stands in front of an OCI runtime on a machine whose own capabilities are reduced.
//
// Without CAP_SYS_RESOURCE the kernel refuses what every container engine asks for by default: that capability
// itself, an oom_score_adj below the caller's own, and limits above the caller's hard limits. The shim lowers
// such requests to what this machine can grant and then becomes the real runtime, which it finds beside
// itself under its own name with ".real" appended.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	self, err := os.Executable()
	if err != nil {
		fail(err)
	}
	if err := rewriteRequest(os.Args[1:]); err != nil {
		fail(err)
	}
	argv := append([]string{"runc"}, os.Args[1:]...)
	fail(syscall.Exec(self+".real", argv, os.Environ()))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "oci-shim:", err)
	os.Exit(1)
}

// rewriteRequest edits the file that describes the process to start: the bundle's config.json for create,
// run and restore, the file given by --process for exec. Every other command passes unchanged.
func rewriteRequest(args []string) error {
	command := ""
	for _, arg := range args {
		switch arg {
		case "create", "run", "restore", "exec":
			command = arg
		}
		if command != "" {
			break
		}
	}
	grants, err := machineGrants()
	if err != nil {
		return err
	}
	switch command {
	case "":
		return nil
	case "exec":
		file := flagValue(args, "--process", "-p")
		if file == "" {
			return nil
		}
		return rewriteFile(file, func(process map[string]any) { grants.lower(process) })
	default:
		bundle := flagValue(args, "--bundle", "-b")
		return rewriteFile(filepath.Join(bundle, "config.json"), func(spec map[string]any) {
			if process, ok := spec["process"].(map[string]any); ok {
				grants.lower(process)
			}
		})
	}
}

func flagValue(args []string, long, short string) string {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, long+"="); ok {
			return value
		}
		if (arg == long || arg == short) && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

func rewriteFile(path string, edit func(map[string]any)) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var document map[string]any
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber() // limits are 64-bit integers that a float64 would round
	if err := decoder.Decode(&document); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	edit(document)
	edited, err := json.Marshal(document)
	if err != nil {
		return err
	}
	return os.WriteFile(path, edited, 0o600)
}
