import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { profile, run } from "./support/lab.ts";
import { ScratchStack } from "./support/scratch-stack.ts";

// A user starts a destroy by Pulumi itself. It goes by Pulumi's state, whatever config says by then.
const up = ["up", "--yes", "--skip-preview"];
const destroy = ["destroy", "--yes", "--skip-preview"];

/** Runs Pulumi to its end; the config values hold for this run alone. */
async function pulumiUnder(stack: string, values: readonly string[], args: readonly string[]) {
  const { process } = await new ScratchStack(stack).start(args, ...values);
  return process;
}

/** Asserts that `up` refuses these values in one line. */
async function expectRefusal(stack: string, values: readonly string[], message: RegExp) {
  const { exitCode, all } = await pulumiUnder(stack, values, up);
  expect(all).toMatch(message);
  expect(all).not.toMatch(/^\s+at .+\(.+:\d+:\d+\)/m);
  expect(exitCode).not.toBe(0);
}

async function expectNothingLeft({ namespace }: ScratchStack) {
  const { all } = await run("kubectl", ["--context", profile, "get", "namespace", namespace]);
  expect(all).toContain("NotFound");
}

describe("a switch whose active colour runs another release than config says", { concurrent: false }, () => {
  const stack = new ScratchStack("switch");
  afterAll(() => stack.destroy());

  test("is destroyed by plain pulumi, and leaves nothing", async () => {
    for (const values of [["replicas=1", "greenRelease=v2"], ["active=green"]]) {
      const { exitCode, all } = await stack.up(...values);
      expect(exitCode, all).toBe(0);
    }
    expect(await stack.pods()).toHaveLength(2);
    await expectRefusal(
      "switch",
      ["active=green"],
      /config greenRelease: got "v1", allowed: v2, because green is active and runs it/,
    );
    const { exitCode, all } = await pulumiUnder("switch", ["active=green"], destroy);
    expect(exitCode, all).toBe(0);
    await expectNothingLeft(stack);
  });
});

describe("pulumi destroy does not mind", { concurrent: false }, () => {
  const stack = new ScratchStack("dev");
  beforeAll(async () => {
    const { exitCode, all } = await stack.up();
    expect(exitCode, all).toBe(0);
  });
  afterAll(() => stack.destroy());

  test.each([
    ["an experiment that there is not", ["experiment=pods"], /config experiment: got "pods", allowed: /],
    ["a context that there is not", ["context=nowhere"], /config context: got "nowhere"/],
    ["a profile that there is not", ["profile=absent"], /minikube has no profile absent/],
    ["a value that is none of the allowed ones", ["release=v9"], /config release: got "v9", allowed: v1, v2/],
  ])("%s, which an up refuses in one line", async (_what, values, message) => {
    await expectRefusal("dev", values, message);
    const { exitCode, all } = await pulumiUnder("dev", values, ["destroy", "--preview-only"]);
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/kubernetes:core\/v1:Pod +pod +delete/);
  });

  test("a mistyped key and a list for a text, and leaves nothing", async () => {
    expect(await stack.pods()).toHaveLength(1);
    await expectRefusal("dev", ["relicas=2"], /config relicas: no such key, allowed: /);
    // Pulumi.yaml declares a text, and this is a list: Pulumi's own check would refuse it.
    const { exitCode, all } = await pulumiUnder("dev", ["relicas=2", "release[0]=v9"], [...destroy, "--config-path"]);
    expect(exitCode, all).toBe(0);
    await expectNothingLeft(stack);
  });
});
