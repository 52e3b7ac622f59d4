import { expect, test } from "vitest";
import type { Live } from "../../kubernetes/live.ts";
import type { Context } from "../../stacks/objects/declaration.ts";
import { switched } from "../../stacks/switch.ts";
import { sampleConfig, sampleManifests } from "./support/sample.ts";

const nothing: Live = {
  deployments: [],
  replicaSets: [],
  pods: [],
  services: [],
  nodes: [],
  foreign: { pods: 0, cpuMillicores: 0, memoryBytes: 0 },
};

/** The live state once the stack is up under values. */
function running(values: Record<string, string>): Live {
  const manifests = sampleManifests("switch", values);
  return {
    ...nothing,
    deployments: manifests.filter((manifest) => manifest.kind === "Deployment"),
    services: manifests.filter((manifest) => manifest.kind === "Service"),
  };
}

/** The conflict that the experiment finds between a config and the live state. */
const conflict = (live: Live, values: Record<string, string>) =>
  switched.conflictWithLive?.({ settings: sampleConfig("switch", values).settings } as Context<never>, live);

test("the idle colour may change, and the active one may be switched", () => {
  const live = running({ blueRelease: "v1", active: "blue" });
  expect(conflict(live, { greenRelease: "v2" })).toBeUndefined();
  expect(conflict(live, { greenRelease: "v2", active: "green" })).toBeUndefined();
  expect(conflict(nothing, { blueRelease: "v2" })).toBeUndefined();
});

test("the active colour's release may not change, not even while it is switched away", () => {
  const live = running({ blueRelease: "v1", active: "blue" });
  for (const active of ["blue", "green"]) {
    expect(conflict(live, { blueRelease: "v2", active })).toEqual({
      key: "blueRelease",
      got: "v2",
      allowed: "v1, because blue is active and runs it; change greenRelease, then switch with active=green",
    });
  }
});
