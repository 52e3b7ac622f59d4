import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { nodeMeasured, readMeters, type Summary, summaryOf } from "../../../observer/watch/kubelet-summary.ts";
import { ownPods } from "../../../observer/watch/own-pods.ts";
import { podSeen } from "../support/pod-seen.ts";

const recorded = async (name: string): Promise<Summary> => {
  const text = await readFile(new URL(`../../fixtures/kubelet/${name}.json`, import.meta.url), "utf8");
  const summary = summaryOf(text);
  if (!summary) throw new Error(`${name} is no summary`);
  return summary;
};

const inNamespace = (namespace: string) => ownPods({ namespace, of: { selector: { app: "web" } } });
const of = { node: "minikube", cores: 2, isOwn: inNamespace("lab").has };

/** A summary at a second of the minute: cores that were used until then all the time, by part. */
function summary(
  second: number,
  cores: { readonly node: number; readonly pods?: number; readonly kubelet?: number },
  pods: Readonly<Record<string, number>>,
): Summary {
  const cpu = (used: number) => ({
    time: `2026-03-14T09:30:${String(second).padStart(2, "0")}Z`,
    usageCoreNanoSeconds: used * second * 1e9,
  });
  const systemContainers = [
    ...(cores.pods === undefined ? [] : [{ name: "pods", cpu: cpu(cores.pods) }]),
    ...(cores.kubelet === undefined ? [] : [{ name: "kubelet", cpu: cpu(cores.kubelet) }]),
  ];
  return {
    node: { cpu: cpu(cores.node), systemContainers },
    pods: Object.entries(pods).map(([namespace, used]) => ({
      podRef: { namespace, name: namespace, uid: namespace },
      cpu: cpu(used),
    })),
  };
}

const between = (first: Summary, second: Summary) => {
  const before = readMeters(first);
  return nodeMeasured(readMeters(second, before), before, of);
};

describe("what a kubelet says of its node", () => {
  test("is told by owner: the example of the module", () => {
    const [cores, pods] = [
      { node: 1.9, pods: 1.5, kubelet: 0.1 },
      { "kube-system": 0.2, shop: 0.9, lab: 0.3 },
    ] as const;
    expect(between(summary(10, cores, pods), summary(20, cores, pods))).toEqual({
      type: "node",
      node: "minikube",
      overMs: 10_000,
      cores: 2,
      busyCores: 1.9,
      owners: { stack: 0.4, cluster: 0.3, others: 1.2 },
    });
  });

  test("gives the stack what its pods used that are gone meanwhile", () => {
    const cores = { node: 1, pods: 0.9 };
    const measured = between(summary(10, cores, { lab: 0.8 }), summary(20, cores, {}));
    expect(measured?.owners).toEqual({ stack: 0.9, cluster: 0, others: 0.1 });
  });

  test("adds up the stack's pods where the figure of all pods is missing", () => {
    const pods = { lab: 0.3, shop: 0.2 };
    expect(between(summary(10, { node: 1 }, pods), summary(20, { node: 1 }, pods))?.owners).toMatchObject({
      stack: 0.3,
      others: 0.7,
    });
  });

  test("leaves a workload's neighbours in its namespace to others", () => {
    const own = ownPods({
      namespace: "lab",
      of: { workloads: [{ kind: "Deployment", name: "web" }], loadJob: "load-1" },
    });
    own.see(podSeen("web-1", { uid: "uid-web-1" }));
    const cpu = (second: number, used: number) => ({
      time: `2026-03-14T09:30:${second}Z`,
      usageCoreNanoSeconds: used * second * 1e9,
    });
    const at = (second: number): Summary => ({
      node: { cpu: cpu(second, 1.6), systemContainers: [{ name: "pods", cpu: cpu(second, 1.5) }] },
      pods: Object.entries({ "web-1": 0.3, "load-1-x": 0.2, "batch-1": 0.9 }).map(([name, used]) => ({
        podRef: { namespace: "lab", name, uid: `uid-${name}` },
        cpu: cpu(second, used),
      })),
    });
    const before = readMeters(at(10));
    const measured = nodeMeasured(readMeters(at(20), before), before, { ...of, isOwn: own.has });
    // 0.1 cores are of pods that are gone.
    expect(measured?.owners).toEqual({ stack: 0.6, cluster: 0, others: 1 });
  });

  test("is nothing while the kubelet still gives the figure that it gave before", () => {
    const one = summary(10, { node: 1 }, {});
    expect(between(one, one)).toBeUndefined();
    const before = readMeters(summary(20, { node: 1 }, {}), readMeters(one));
    expect(nodeMeasured(readMeters(summary(20, { node: 1 }, {}), before), before, of)).toBeUndefined();
  });

  test("keeps the cores of a part whose figure is older than the node's", () => {
    const first = readMeters(summary(10, { node: 1 }, { shop: 0.5 }));
    const second = readMeters(summary(20, { node: 1 }, { shop: 0.5 }), first);
    const late = { ...summary(30, { node: 1 }, {}), pods: summary(20, { node: 1 }, { shop: 0.5 }).pods };
    expect(readMeters(late, second).get("pod/shop/shop/shop")?.cores).toBe(0.5);
  });

  test("is read from what a real kubelet answers, whose parts have times of their own", async () => {
    const [first, second] = [await recorded("first"), await recorded("second")];
    const before = readMeters(first);
    const measured = nodeMeasured(readMeters(second, before), before, {
      ...of,
      isOwn: inNamespace("online-inference-pod").has,
    });
    // 1.519 s of CPU in 11 s, of which 0.859 s by pods. Of kube-system's pods two gave no newer figure meanwhile: what they used is
    // taken for the stack's.
    expect(measured).toMatchObject({
      overMs: 11_000,
      busyCores: 0.138,
      owners: { stack: 0.024, cluster: 0.054, others: 0.06 },
    });
  });

  test.each(["", "{}", '{"node":{"cpu":{}},"pods":"none"}'])("is not in %j", (text) => {
    expect(summaryOf(text)).toBeUndefined();
  });
});
