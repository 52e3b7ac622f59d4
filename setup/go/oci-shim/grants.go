package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// grants is what this process, and so any container that it starts, may have at most.
type grants struct {
	capabilities uint64
	oomScoreAdj  int64
	hardLimit    func(resource int) (uint64, bool)
}

// Numbers of the kernel's resources (asm-generic/resource.h) by their OCI names.
var resources = map[string]int{
	"RLIMIT_CPU": 0, "RLIMIT_FSIZE": 1, "RLIMIT_DATA": 2, "RLIMIT_STACK": 3, "RLIMIT_CORE": 4, "RLIMIT_RSS": 5,
	"RLIMIT_NPROC": 6, "RLIMIT_NOFILE": 7, "RLIMIT_MEMLOCK": 8, "RLIMIT_AS": 9, "RLIMIT_LOCKS": 10,
	"RLIMIT_SIGPENDING": 11, "RLIMIT_MSGQUEUE": 12, "RLIMIT_NICE": 13, "RLIMIT_RTPRIO": 14, "RLIMIT_RTTIME": 15,
}

// Numbers of the capabilities (linux/capability.h) by their OCI names.
var capabilityNumbers = map[string]uint{
	"CAP_CHOWN": 0, "CAP_DAC_OVERRIDE": 1, "CAP_DAC_READ_SEARCH": 2, "CAP_FOWNER": 3, "CAP_FSETID": 4, "CAP_KILL": 5,
	"CAP_SETGID": 6, "CAP_SETUID": 7, "CAP_SETPCAP": 8, "CAP_LINUX_IMMUTABLE": 9, "CAP_NET_BIND_SERVICE": 10,
	"CAP_NET_BROADCAST": 11, "CAP_NET_ADMIN": 12, "CAP_NET_RAW": 13, "CAP_IPC_LOCK": 14, "CAP_IPC_OWNER": 15,
	"CAP_SYS_MODULE": 16, "CAP_SYS_RAWIO": 17, "CAP_SYS_CHROOT": 18, "CAP_SYS_PTRACE": 19, "CAP_SYS_PACCT": 20,
	"CAP_SYS_ADMIN": 21, "CAP_SYS_BOOT": 22, "CAP_SYS_NICE": 23, "CAP_SYS_RESOURCE": 24, "CAP_SYS_TIME": 25,
	"CAP_SYS_TTY_CONFIG": 26, "CAP_MKNOD": 27, "CAP_LEASE": 28, "CAP_AUDIT_WRITE": 29, "CAP_AUDIT_CONTROL": 30,
	"CAP_SETFCAP": 31, "CAP_MAC_OVERRIDE": 32, "CAP_MAC_ADMIN": 33, "CAP_SYSLOG": 34, "CAP_WAKE_ALARM": 35,
	"CAP_BLOCK_SUSPEND": 36, "CAP_AUDIT_READ": 37, "CAP_PERFMON": 38, "CAP_BPF": 39, "CAP_CHECKPOINT_RESTORE": 40,
}

func machineGrants() (grants, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return grants{}, err
	}
	var bounding uint64
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "CapBnd:"); ok {
			if bounding, err = strconv.ParseUint(strings.TrimSpace(value), 16, 64); err != nil {
				return grants{}, fmt.Errorf("/proc/self/status: %w", err)
			}
		}
	}
	score, err := os.ReadFile("/proc/self/oom_score_adj")
	if err != nil {
		return grants{}, err
	}
	oomScoreAdj, err := strconv.ParseInt(strings.TrimSpace(string(score)), 10, 64)
	if err != nil {
		return grants{}, fmt.Errorf("/proc/self/oom_score_adj: %w", err)
	}
	return grants{capabilities: bounding, oomScoreAdj: max(oomScoreAdj, 0), hardLimit: currentHardLimit}, nil
}

func currentHardLimit(resource int) (uint64, bool) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(resource, &limit); err != nil {
		return 0, false
	}
	return limit.Max, true
}

// lower edits an OCI process object in place.
func (g grants) lower(process map[string]any) {
	if sets, ok := process["capabilities"].(map[string]any); ok {
		for name, set := range sets {
			if list, ok := set.([]any); ok {
				sets[name] = g.grantedOf(list)
			}
		}
	}
	if score, ok := integer(process["oomScoreAdj"]); ok && score < g.oomScoreAdj {
		process["oomScoreAdj"] = g.oomScoreAdj
	}
	if limits, ok := process["rlimits"].([]any); ok {
		for _, limit := range limits {
			if entry, ok := limit.(map[string]any); ok {
				g.lowerLimit(entry)
			}
		}
	}
}

func (g grants) grantedOf(list []any) []any {
	kept := []any{}
	for _, capability := range list {
		name, _ := capability.(string)
		number, known := capabilityNumbers[name]
		if !known || g.capabilities&(1<<number) != 0 {
			kept = append(kept, capability)
		}
	}
	return kept
}

func (g grants) lowerLimit(entry map[string]any) {
	name, _ := entry["type"].(string)
	resource, known := resources[name]
	if !known {
		return
	}
	ceiling, ok := g.hardLimit(resource)
	if !ok {
		return
	}
	for _, key := range []string{"hard", "soft"} {
		if wanted, ok := unsigned(entry[key]); ok && wanted > ceiling {
			entry[key] = ceiling
		}
	}
}

func integer(value any) (int64, bool) {
	number, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	parsed, err := number.Int64()
	return parsed, err == nil
}

func unsigned(value any) (uint64, bool) {
	number, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	parsed, err := strconv.ParseUint(number.String(), 10, 64)
	return parsed, err == nil
}
