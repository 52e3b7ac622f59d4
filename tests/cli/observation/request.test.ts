import { describe, expect, test } from "vitest";
import { chooseSource } from "../../../cli/observation/load-source.ts";
import { referenceAnswers } from "../../../cli/observation/reference-answers.ts";
import { withReleases } from "../../../cli/observation/request.ts";
import { progressLine } from "../../../cli/observation/view.ts";
import { UserError } from "../../../common/user-error.ts";
import { resolvePaths } from "../../../setup/machine/paths.ts";

describe("load", () => {
  const stack = { context: "minikube", profile: "minikube" };
  const reached = async () => "http://127.0.0.1:30080";
  const unreached = async () => {
    throw new UserError("the Service does not answer");
  };

  test.each([
    [
      "from here, where the stack answers",
      undefined,
      stack,
      reached,
      { from: "host", address: "http://127.0.0.1:30080" },
    ],
    ["from the cluster, when asked for", "cluster", stack, reached, { from: "cluster" }],
    [
      "from the cluster, where nothing answers here",
      undefined,
      stack,
      unreached,
      { from: "cluster", why: /not answer/ },
    ],
    [
      "from another cluster",
      undefined,
      { ...stack, context: "prod" },
      reached,
      { from: "cluster", why: /context prod/ },
    ],
  ] as const)("comes %s", async (_what, asked, facts, find, { why, ...source }: { from: string; why?: RegExp }) => {
    const chosen = await chooseSource(asked, facts, find);
    expect(chosen).toMatchObject({ ...source, ...(why && { why: expect.stringMatching(why) }) });
  });

  test("that was asked for from here comes from nowhere else", async () => {
    await expect(chooseSource("host", stack, unreached)).rejects.toThrow("does not answer");
  });

  test("never goes to minikube's node when the stack is in another cluster", async () => {
    await expect(chooseSource("host", { ...stack, context: "prod" }, reached)).rejects.toThrow(
      'load-from: got "host", allowed: cluster, because context prod is not that of minikube\'s profile minikube',
    );
  });
});

test("releases change places in values, keys and sentences, but not within other names", () => {
  const data = {
    steps: [{ title: "Roll to release v2, not v1.", config: { release: "v2", image: "v2-3d4e", other: "v3-broken" } }],
    pods: { v1: 2, v2: 1 },
    within: 5,
  };
  expect(withReleases(data, { v1: "v2", v2: "v1" })).toEqual({
    steps: [{ title: "Roll to release v1, not v2.", config: { release: "v1", image: "v2-3d4e", other: "v3-broken" } }],
    pods: { v2: 2, v1: 1 },
    within: 5,
  });
});

test("progress says what, for how long, and how long it may take", () => {
  expect(progressLine({ step: "a", doing: "operating", usuallyMs: 20_000 }, 3_000)).toBe("pulumi: 3 s of usually 20 s");
  expect(progressLine({ step: "a", doing: "operating", plannedMs: 40_000 }, 3_000)).toBe(
    "pulumi: 3 s of rollouts up to 40 s",
  );
  expect(progressLine({ step: "a", doing: "observing", usuallyMs: 15_000 }, 400)).toBe(
    "observing: 400 ms of at least 15 s",
  );
  expect(progressLine({ doing: "planning" }, 3_000)).toBe("planning: 3 s");
  expect(progressLine({ step: "a", doing: "ended" }, 3_000)).toBe("done");
  expect(progressLine({ step: "a", doing: "ended", message: "it broke\nbadly" }, 3_000)).toBe("ended: it broke");
});

test("the reference has an answer of every release for every row", async () => {
  const { bodies, releases } = await referenceAnswers(resolvePaths().project);
  expect(bodies).toHaveLength(303);
  expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ age: 63, thal: 1 });
  expect(Object.keys(releases)).toEqual(expect.arrayContaining(["v1", "v2"]));
  for (const { prediction, probability, bound } of Object.values(releases)) {
    expect([prediction.length, probability.length]).toEqual([303, 303]);
    expect(bound).toBeLessThanOrEqual(1e-5);
  }
});
