import { expect, test } from "vitest";
import type { Live } from "../../kubernetes/live.ts";
import type { Context } from "../../stacks/objects/declaration.ts";
import { switched } from "../../stacks/switch.ts";
import { sampleConfig, sampleDeclarations, sampleManifests } from "./support/sample.ts";

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

test("the active colour's release may not change while it keeps the users", () => {
  expect(conflict(running({ blueRelease: "v1", active: "blue" }), { blueRelease: "v2" })).toEqual({
    key: "blueRelease",
    got: "v2",
    allowed: "v1, because blue is active and runs it",
    ways: [
      { what: "Keep it", config: { blueRelease: "v1" } },
      { what: "Or move users to green first", config: { active: "green" } },
    ],
  });
});

test("the colour that users leave may change, because it does so when they are gone", () => {
  expect(conflict(running({ blueRelease: "v1" }), { blueRelease: "v2", active: "green" })).toBeUndefined();
  for (const active of ["blue", "green"]) {
    const declarations = sampleDeclarations("switch", { active });
    const afterOf = (name: string) => declarations.find((one) => one.name === name);
    const idle = active === "blue" ? "green" : "blue";
    expect(afterOf(active)).not.toHaveProperty("after");
    expect(afterOf("service")).toHaveProperty("after", [active]);
    expect(afterOf(idle)).toHaveProperty("after", ["service"]);
  }
});

const all = ["v1", "v2"].flatMap((blueRelease) =>
  ["v1", "v2"].flatMap((greenRelease) => ["blue", "green"].map((active) => ({ blueRelease, greenRelease, active }))),
);

test("nobody is locked out: whatever runs and whatever is saved, users can go to the other colour, and each way out is open", () => {
  const conflicts = all.flatMap((runs) => all.map((saved) => ({ live: running(runs), runs, saved })));
  for (const { live, runs, saved } of conflicts) {
    const other = runs.active === "blue" ? "green" : "blue";
    expect(conflict(live, { ...saved, active: other })).toBeUndefined();
    const found = conflict(live, saved);
    for (const { config } of found?.ways ?? []) expect(conflict(live, { ...saved, ...config })).toBeUndefined();
  }
  expect(conflicts.filter(({ live, saved }) => conflict(live, saved))).toHaveLength(16);
});

test("with green v2 active, a refused value that was saved hinders neither the way back to blue nor to the defaults", () => {
  const live = running({ greenRelease: "v2", active: "green" });
  expect(conflict(live, { greenRelease: "v1", active: "green" })).toMatchObject({ key: "greenRelease" });
  expect(conflict(live, { greenRelease: "v1", active: "blue" })).toBeUndefined();
  expect(conflict(live, {})).toBeUndefined();
});
