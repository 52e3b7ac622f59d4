import { describe, expect, it } from "vitest";
import { type Process, podUid, showsTheNode, ticksByOwner } from "../../../observer/watch/cpu-owners.ts";
import { parseStat } from "../../../observer/watch/proc-files.ts";

const STACK = "6dd664cec0ba5b3f6290bc898457bb2b";
const ETCD = "5e7b4621261eef9ae2491acd0dc691cc";
const known = { observerPid: 10, stackPods: new Set([STACK]), clusterPods: new Set([ETCD]) };
const inPod = (uid: string) => `4:cpu,cpuacct:/docker/0a1b/kubepods/burstable/pod${uid}/c0ffee`;

const process = (pid: number, parent: number, name: string, ticks: number, cgroup = "0::/"): Process => ({
  pid,
  parent,
  name,
  ticks,
  cgroup,
});

const processes = [
  process(1, 0, "systemd", 0),
  process(2, 0, "kthreadd", 0),
  process(7, 2, "kworker/0:1", 9),
  process(9, 1, "bash", 1),
  process(10, 9, "node", 50),
  process(11, 10, "pulumi", 30),
  process(12, 11, "pulumi-resource", 4),
  process(20, 1, "containerd-shim", 3),
  process(21, 20, "node", 20, inPod(STACK)),
  process(22, 20, "etcd", 40, inPod(ETCD)),
  process(23, 20, "node", 6, inPod("11111111111111111111111111111111")),
  process(24, 20, "sh", 8, "0::/docker/0a1b"),
  process(25, 1, "kubelet", 5),
  process(30, 9, "make", 70),
];

describe("the ticks of processes", () => {
  it("belong to the stack, the cluster, the observer, the kernel or others", () => {
    expect(ticksByOwner(processes, known)).toEqual({
      stack: 20,
      cluster: 48,
      observer: 84,
      kernel: 9,
      others: 1 + 6 + 8 + 70,
    });
  });

  it("keep their sum where a parent has waited for its child", () => {
    const ended = processes.flatMap((one) => (one.pid === 12 ? [] : [one.pid === 11 ? { ...one, ticks: 34 } : one]));
    expect(ticksByOwner(ended, known).observer).toBe(ticksByOwner(processes, known).observer);
  });
});

describe("the pod of a cgroup", () => {
  it.each([
    ["4:cpu:/kubepods/burstable/pod5e7b4621261eef9ae2491acd0dc691cc/252011", ETCD],
    [
      "0::/docker/0a1b/kubelet.slice/kubelet-kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod5e7b4621_261e_ef9a_e249_1acd0dc691cc.slice/cri-1.scope",
      ETCD,
    ],
    ["0::/kubepods/besteffort/pod5e7b4621-261e-ef9a-e249-1acd0dc691cc/c1", ETCD],
    ["9:name=systemd:/docker/0a1b/system.slice/kubelet.service", undefined],
    ["0::/user.slice", undefined],
  ])("of %s", (cgroup, uid) => {
    expect(podUid(cgroup)).toBe(uid);
  });

  it("shows the node only where pods of its own are to be seen", () => {
    expect(showsTheNode(processes, known)).toBe(true);
    expect(showsTheNode(processes.slice(0, 9), known)).toBe(false);
  });
});

describe("/proc/PID/stat", () => {
  it("is read past a name with spaces and brackets", () => {
    const stat =
      "23185 (tmux: (a) b) S 20830 23185 23185 0 -1 4194560 20824 17446 5 42 6791 3296 21 8 20 0 12 0 229037 1375555584 26386";
    expect(parseStat(stat)).toEqual({
      pid: 23185,
      name: "tmux: (a) b",
      parent: 20830,
      ticks: 6791 + 3296 + 21 + 8,
      startedTicks: 229037,
    });
  });

  it("is nothing for a process that is gone", () => {
    expect(parseStat(undefined)).toBeUndefined();
  });
});
