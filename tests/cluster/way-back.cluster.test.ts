import { afterAll, describe, expect, test } from "vitest";
import { kubectl } from "./support/lab.ts";
import { readyReleases, ScratchStack } from "./support/scratch-stack.ts";

// `-c` is saved, a refused value too. Whatever it was, the way back that the message or the README names is open.
describe("a switch with green v2 active", { concurrent: false }, () => {
  const stack = new ScratchStack("switch");
  afterAll(async () => {
    const { exitCode, all } = await stack.destroy();
    expect(exitCode, all).toBe(0);
  });

  const activeColour = async () => {
    const { spec } = await kubectl<{ spec: { selector: Record<string, string> } }>(
      "--namespace",
      stack.namespace,
      "get",
      "service",
      "online-inference",
    );
    return spec.selector["online-inference/colour"];
  };

  test("refuses another release for green, says what is accepted, and goes on after that", async () => {
    const first = await stack.up("replicas=1", "greenRelease=v2", "active=green");
    expect(first.exitCode, first.all).toBe(0);
    expect(await activeColour()).toBe("green");

    const refused = await stack.up("greenRelease=v1");
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toContain(
      'config greenRelease: got "v1", allowed: v2, because green is active and runs it. Keep it: pulumi up --stack switch ' +
        "-c greenRelease=v2. Or move users to blue first: pulumi up --stack switch -c active=blue. " +
        "Pulumi.switch.yaml has greenRelease=v1, as -c saves it",
    );

    const mistyped = await stack.up("relicas=2");
    expect(mistyped.exitCode).not.toBe(0);
    expect(mistyped.all).toContain(
      "Did you mean replicas? Pulumi.switch.yaml has relicas, as -c saves it. Take it out: ",
    );
    // Each later command says the same, until the command that it names has taken the key out.
    const later = await (await stack.start(["preview"], "active=blue")).process;
    expect(later.all).toContain("Take it out: pulumi config rm relicas --stack switch");
    const out = await (await stack.start(["config", "rm", "relicas"])).process;
    expect(out.exitCode, out.all).toBe(0);

    const back = await stack.up("active=blue");
    expect(back.exitCode, back.all).toBe(0);
    expect(await activeColour()).toBe("blue");
    expect(readyReleases(await stack.pods())).toEqual(["v1", "v1"]);
  });
});
