import { expect, it } from "vitest";
import { readContainerFacts } from "../../service/src/cgroup.ts";

/** A file system that has these files only. */
function files(contents: Record<string, string>) {
  return (path: string) => {
    const content = contents[path];
    if (content === undefined) throw new Error(`ENOENT ${path}`);
    return content;
  };
}

const V2 = {
  "/sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
  "/sys/fs/cgroup/memory.current": "73400320\n",
  "/sys/fs/cgroup/memory.max": "134217728\n",
  "/sys/fs/cgroup/cpu.stat": "usage_usec 9\nnr_periods 50\nnr_throttled 7\nthrottled_usec 1500000\n",
};

const V1 = {
  "/sys/fs/cgroup/memory/memory.usage_in_bytes": "73400320\n",
  "/sys/fs/cgroup/memory/memory.limit_in_bytes": "134217728\n",
  "/sys/fs/cgroup/cpu/cpu.stat": "nr_periods 50\nnr_throttled 7\nthrottled_time 1500000000\n",
};

const facts = {
  memoryBytes: 73_400_320,
  memoryLimitBytes: 134_217_728,
  cpuPeriods: 50,
  cpuThrottledPeriods: 7,
  cpuThrottledSeconds: 1.5,
};

it.each([
  ["version 2", V2],
  ["version 1", V1],
])("reads %s", (_, contents) => {
  expect(readContainerFacts(files(contents))).toEqual(facts);
});

it.each([
  ["version 2", { ...V2, "/sys/fs/cgroup/memory.max": "max\n" }],
  ["version 1", { ...V1, "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n" }],
])("%s without a limit has none", (_, contents) => {
  const { memoryLimitBytes: _limit, ...rest } = facts;
  expect(readContainerFacts(files(contents))).toEqual(rest);
});

it("leaves out what is not there or cannot be read", () => {
  expect(readContainerFacts(files({}))).toEqual({});
  const { "/sys/fs/cgroup/cpu.stat": _, ...noCpu } = V2;
  expect(readContainerFacts(files({ ...noCpu, "/sys/fs/cgroup/memory.current": "?" }))).toEqual({
    memoryLimitBytes: 134_217_728,
  });
  // A cgroup without a CPU limit counts no periods.
  const unlimited = { ...V2, "/sys/fs/cgroup/cpu.stat": "usage_usec 9\nuser_usec 5\n" };
  expect(Object.keys(readContainerFacts(files(unlimited)))).toEqual(["memoryBytes", "memoryLimitBytes"]);
});
