import { expect, test } from "vitest";
import { podSpec } from "../../stacks/workload.ts";

const settings = {
  cpuRequestMillicores: 50,
  memoryRequestMebibytes: 64,
  cpuLimitMillicores: 500,
  memoryLimitMebibytes: 256,
  preStopSeconds: 5,
};

test("the grace period leaves room for the wait, the draining and the longest request", () => {
  for (const preStopSeconds of [0, 5, 60]) {
    const { terminationGracePeriodSeconds } = podSpec({ image: "x", settings: { ...settings, preStopSeconds } });
    expect(terminationGracePeriodSeconds).toBeGreaterThan(preStopSeconds + 3 + 10);
  }
});

test("no wait before SIGTERM is no hook at all", () => {
  const [container] = podSpec({ image: "x", settings: { ...settings, preStopSeconds: 0 } }).containers;
  expect(container).not.toHaveProperty("lifecycle");
});

test("resources are what the settings say", () => {
  const [container] = podSpec({ image: "x", settings: { ...settings, memoryLimitMebibytes: 300 } }).containers;
  expect(container?.resources).toEqual({
    requests: { cpu: "50m", memory: "64Mi" },
    limits: { cpu: "500m", memory: "300Mi" },
  });
});
