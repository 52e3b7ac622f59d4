import { expect, test } from "vitest";
import { templateOf } from "../../../kubernetes/manifest.ts";
import { sampleWorkloads } from "../support/sample.ts";

/** The pod spec of a stack under config values, as text like from `-c`. */
function specOf(stack: string, values: Record<string, string> = {}) {
  const [workload] = sampleWorkloads(stack, values);
  const spec = workload && templateOf(workload).spec;
  if (!spec) throw new Error(`stack ${stack} has no pods`);
  return spec;
}

test.each([
  ["0", "0"],
  ["5", "3"],
  ["60", "60"],
])("the grace period leaves room for a wait of %s s, draining for %s s and the longest request", (wait, drain) => {
  const { terminationGracePeriodSeconds } = specOf("pod", { preStopSeconds: wait, drainSeconds: drain });
  expect(terminationGracePeriodSeconds).toBeGreaterThan(Number(wait) + Number(drain) + 10);
});

test("no wait before SIGTERM is no hook at all", () => {
  expect(specOf("pod", { preStopSeconds: "0" }).containers[0]).not.toHaveProperty("lifecycle");
});

test("resources are what the settings say, as the API server writes them", () => {
  const resources = (values: Record<string, string>) => specOf("pod", values).containers[0]?.resources;
  expect(resources({ memoryLimitMebibytes: "300" })).toEqual({
    requests: { cpu: "50m", memory: "64Mi" },
    limits: { cpu: "500m", memory: "300Mi" },
  });
  expect(resources({ cpuLimitMillicores: "2000", memoryLimitMebibytes: "4096" })?.limits).toEqual({
    cpu: "2",
    memory: "4Gi",
  });
  expect(resources({ cpuLimitMillicores: "1500", memoryLimitMebibytes: "1536" })?.limits).toEqual({
    cpu: "1500m",
    memory: "1536Mi",
  });
});

test("faults are variables of the service, and none where there is no fault", () => {
  const names = (values: Record<string, string>) =>
    specOf("resources", values).containers[0]?.env?.map(({ name, value }) => (value ? `${name}=${value}` : name));
  expect(names({})).toEqual(["POD_NAME", "DRAIN_MS=3000"]);
  expect(names({ leakMegabytesPerSecond: "20", burnThreads: "1" })).toEqual([
    "POD_NAME",
    "DRAIN_MS=3000",
    "FAULT_LEAK_MIB_PER_S=20",
    "FAULT_BURN_THREADS=1",
  ]);
});

test("a late start is waited for by the startup probe", () => {
  const [container] = specOf("probes", { startDelaySeconds: "30" }).containers;
  expect(container?.startupProbe).toMatchObject({ periodSeconds: 1, failureThreshold: 70 });
  expect(container?.env).toContainEqual({ name: "FAULT_START_DELAY_MS", value: "30000" });
});

test("pods of which there are several are spread over nodes, each release by itself", () => {
  expect(specOf("rolling").topologySpreadConstraints).toMatchObject([
    { maxSkew: 1, topologyKey: "kubernetes.io/hostname", matchLabelKeys: ["pod-template-hash"] },
  ]);
});

test("the server chooses where to listen unless the settings say it", () => {
  const hosts = (values: Record<string, string>) => {
    const [container] = specOf("pod", values).containers;
    return container?.env?.filter(({ name }) => name === "HOST").map(({ value }) => value);
  };
  expect([hosts({}), hosts({ host: "auto" }), hosts({ host: "::" })]).toEqual([[], [], ["::"]]);
});
