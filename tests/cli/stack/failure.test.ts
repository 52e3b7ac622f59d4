import type { V1Pod } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { afterFailure, type FailedUp, failureText } from "../../../cli/stack/failure.ts";

const pods = (release: string, number: number, ready: boolean, labels: Record<string, string> = {}): V1Pod[] =>
  Array.from({ length: number }, () => ({
    metadata: { labels: { app: "a", "app.kubernetes.io/version": release, ...labels } },
    status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  }));

/** Pods behind one Service, which selects all of them unless it is told otherwise. */
const running = (all: V1Pod[], selector: Record<string, string> = {}) => ({
  pods: all,
  services: [{ spec: { selector: { app: "a", ...selector } } }],
});

test("users keep the release that is ready, and the way back asks for it again, with the other values of this run", () => {
  expect(
    afterFailure({
      config: { stack: "rolling", release: "v3-broken", settings: { replicas: 6 } },
      given: { replicas: "6", release: "v3-broken" },
      before: running(pods("v2", 6, true)),
      after: running([...pods("v2", 4, true), ...pods("v3-broken", 6, false)]),
    }),
  ).toBe(
    "6 pods of v3-broken do not get ready. Users keep v2: 4 pods are ready. " +
      "The way back: bin/lab up rolling -c replicas=6 -c release=v2 " +
      "(by plain Pulumi: pulumi up --yes --stack rolling -c release=v2).",
  );
});

test("where nobody is ready, the way back is the release that was ready before", () => {
  expect(
    afterFailure({
      config: { stack: "pod", release: "v3-broken", settings: {} },
      given: { release: "v3-broken" },
      before: running(pods("v1", 1, true)),
      after: running(pods("v3-broken", 1, false)),
    }),
  ).toBe(
    "1 pod of v3-broken does not get ready. Users have nobody: no pod is ready. " +
      "The way back: bin/lab up pod -c release=v1 (by plain Pulumi: pulumi up --yes --stack pod -c release=v1).",
  );
});

test("the setting that asks for the broken release is the one that goes back", () => {
  const words = afterFailure({
    config: { stack: "switch", release: "v1", settings: { blueRelease: "v1", greenRelease: "v3-broken" } },
    given: { greenRelease: "v3-broken" },
    before: running(pods("v1", 6, true)),
    after: running([...pods("v1", 5, true), ...pods("v3-broken", 3, false)]),
  });
  expect(words).toContain("bin/lab up switch -c greenRelease=v1 ");
});

test("where no release is to blame, it is the settings", () => {
  const failed: FailedUp = {
    config: { stack: "rolling", release: "v1", settings: { startDelaySeconds: 300 } },
    given: { startDelaySeconds: "300" },
    before: running(pods("v1", 6, true)),
    after: running([...pods("v1", 4, true), ...pods("v1", 6, false)]),
  };
  expect(afterFailure(failed)).toContain(
    "Users keep v1: 4 pods are ready. The way back: the same command with the settings",
  );
  expect(afterFailure({ ...failed, before: undefined, after: running([]) })).toBe(
    "Users have nobody: no pod is ready. The way back: the same command with the settings that it had before.",
  );
});

test("a stack that was not up before is ended: there is nothing to go back to", () => {
  expect(
    afterFailure({
      config: { stack: "rolling", release: "v3-broken", settings: {} },
      given: { release: "v3-broken" },
      before: running([]),
      after: running(pods("v3-broken", 6, false)),
    }),
  ).toBe(
    "6 pods of v3-broken do not get ready. Users have nobody: no pod is ready. It was not up before. " +
      "To end it: bin/lab down rolling.",
  );
});

describe("of two colours behind one Service", () => {
  const blue = { colour: "blue" };
  const green = { colour: "green" };
  const failed: FailedUp = {
    config: { stack: "switch", release: "v1", settings: { blueRelease: "v1", greenRelease: "v3-broken" } },
    given: { greenRelease: "v3-broken" },
    before: undefined,
    after: running(
      [...pods("v1", 4, true, blue), ...pods("v2", 3, true, green), ...pods("v3-broken", 3, false, green)],
      blue,
    ),
  };

  test("users keep the one that the Service selects, whatever else is ready", () => {
    expect(afterFailure(failed)).toContain("Users keep v1: 4 pods are ready.");
    expect(afterFailure({ ...failed, after: running([...pods("v2", 3, true, green)], blue) })).toContain(
      "Users have nobody: no Service leads to a pod that is ready.",
    );
  });

  test("the way back is the release whose place the broken one took", () => {
    expect(afterFailure(failed)).toContain("bin/lab up switch -c greenRelease=v2 ");
  });
});

test("nothing is said of users where the cluster does not answer", () => {
  const failed: FailedUp = {
    config: { stack: "pod", release: "v2", settings: {} },
    given: {},
    before: undefined,
    after: undefined,
  };
  expect(afterFailure(failed)).toBe(
    "The cluster does not answer, so what users have is not known. " +
      "The way back: the same command with the settings that it had before.",
  );
});

describe("what is shown of a failed up", () => {
  const config = { stack: "rolling", release: "v1", settings: { progressDeadlineSeconds: 15 } } as const;
  const verbose = "All of Pulumi's output: the same command with --verbose.";

  test("is a refusal alone where the cluster was not reached", () => {
    expect(failureText(config, 'config replicas: got "99", allowed: 1 to 50.', undefined)).toBe(
      `config replicas: got "99", allowed: 1 to 50.\n${verbose}`,
    );
  });

  test("is else what Pulumi said, the deadline that passed, and last what it means", () => {
    const said = "2 errors occurred:\n\t* ProgressDeadlineExceeded";
    expect(failureText(config, said, "Users keep v2.").split("\n")).toEqual([
      "pulumi up of stack rolling failed. What Pulumi says:",
      "  2 errors occurred:",
      "  * ProgressDeadlineExceeded",
      expect.stringMatching(/^Kubernetes calls a rollout failed after 15 s without progress .* 10 s later\.$/),
      "Users keep v2.",
      verbose,
    ]);
    expect(failureText(config, "no such image", "Users keep v2.")).not.toContain("without progress");
  });
});
