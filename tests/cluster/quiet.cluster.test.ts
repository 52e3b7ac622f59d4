import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lab, profile, run } from "./support/lab.ts";

// What a user reads of bin/lab, in the order of a first hour with the experiment rolling.
const deadline = ["-c", "progressDeadlineSeconds=15"];

/** A bare Pod is given up after a minute and a half, which the tests of the other stack need not wait for. */
let givenUp: ReturnType<typeof lab>;

beforeAll(async () => {
  // A run that was killed may have left them up, and the last test counts on their being down.
  const down = await lab("down", "canary", "blue-green");
  expect(down.exitCode, down.all).toBe(0);
  for (const stack of ["pod", "rolling"]) {
    const { exitCode, all } = await lab("up", stack, ...(stack === "rolling" ? deadline : []));
    expect(exitCode, all).toBe(0);
    if (stack === "pod") givenUp = lab("up", "pod", "-c", "release=v3-broken");
  }
});

afterAll(async () => {
  // An operation that still runs would keep its stack.
  await givenUp;
  const { exitCode, all } = await lab("down", "pod", "rolling");
  expect(exitCode, all).toBe(0);
});

describe("bin/lab in few words", { concurrent: false }, () => {
  test("a release that never gets ready: what users keep and the way back come last", async () => {
    const { exitCode, all } = await lab("up", "rolling", ...deadline, "-c", "release=v3-broken");
    expect(exitCode).toBe(2);
    expect(all).toContain("ProgressDeadlineExceeded");
    const words = all.slice(all.indexOf("Kubernetes calls a rollout failed after 15 s without progress"));
    expect(words).toMatch(/^\d+ pods of v3-broken do not get ready\. Users keep v1: \d pods are ready\./m);
    expect(words).toContain(
      "The way back: bin/lab up rolling -c progressDeadlineSeconds=15 -c release=v1 " +
        "(by plain Pulumi: pulumi up --yes --stack rolling -c release=v1).",
    );
    expect(words.split("\n")).toHaveLength(3);
  });

  test("the way back works, and says nothing of the state that it found", async () => {
    const { exitCode, all } = await lab("up", "rolling", ...deadline, "-c", "release=v1");
    expect(exitCode, all).toBe(0);
    expect(all).not.toContain("unhealthy");
    expect(all).toMatch(/^updated +Deployment deployment$/m);
  });

  test("a bare Pod that never gets ready is given up as well, and users have nobody until the way back is taken", async () => {
    const { exitCode, all } = await givenUp;
    expect(exitCode, all).toBe(2);
    expect(all).toMatch(/^failed +Pod pod$/m);
    expect(all).toContain(
      "1 pod of v3-broken does not get ready. Users have nobody: no pod is ready. The way back: bin/lab up pod -c release=v1 " +
        "(by plain Pulumi: pulumi up --yes --stack pod -c release=v1).",
    );
    const back = await lab("up", "pod", "-c", "release=v1");
    expect(back.exitCode, back.all).toBe(0);
  });

  test("--verbose shows all that Pulumi prints", async () => {
    const { exitCode, all } = await lab("up", "pod", "--verbose");
    expect(exitCode, all).toBe(0);
    expect(all).toContain("Updating (pod)");
    expect(all).toMatch(/^Resources:/m);
  });

  test("down is one line for each stack that is up, and none for the others", async () => {
    const { exitCode, all } = await lab("down", "pod", "rolling", "canary", "blue-green");
    expect(exitCode, all).toBe(0);
    // Where a destroy takes long, lines of its progress come before.
    const lines = all.split("\n").filter((line) => !/\b(usually|about) \d/.test(line));
    expect(lines.map((line) => line.replace(/: done in .*/, "")).sort()).toEqual([
      "destroying pod",
      "destroying rolling",
    ]);
    for (const stack of ["pod", "rolling"]) {
      const left = await run("kubectl", ["--context", profile, "get", "namespace", `online-inference-${stack}`]);
      expect(left.all).toContain("NotFound");
    }
    expect((await lab("down", "pod", "rolling")).all).toBe("nothing to destroy: none of the stacks is up");
  });
});
