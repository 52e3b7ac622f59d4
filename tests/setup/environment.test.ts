import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import {
  labEnvironment,
  loadMachineState,
  requireMachineState,
  saveMachineState,
  shellExports,
} from "../../setup/environment.ts";
import { scratchPaths } from "./support/scratch.ts";

describe("the environment for a shell", () => {
  test("puts the lab's commands first, once", async () => {
    const paths = await scratchPaths();
    const first = labEnvironment(paths, {}, { PATH: "/usr/bin:/bin" });
    expect(first.PATH?.split(":")[0]).toBe(paths.bin);
    expect(labEnvironment(paths, {}, { PATH: first.PATH }).PATH).toBe(first.PATH);
  });

  test("keeps a passphrase that the user has set, and else sets the empty one", async () => {
    const paths = await scratchPaths();
    expect(labEnvironment(paths, {}, {}).PULUMI_CONFIG_PASSPHRASE).toBe("");
    expect(labEnvironment(paths, {}, { PULUMI_CONFIG_PASSPHRASE: "mine" })).not.toHaveProperty(
      "PULUMI_CONFIG_PASSPHRASE",
    );
    expect(labEnvironment(paths, {}, { PULUMI_CONFIG_PASSPHRASE_FILE: "/mine" })).not.toHaveProperty(
      "PULUMI_CONFIG_PASSPHRASE",
    );
  });

  test("touches Pulumi's home only where the official plugins cannot be had", async () => {
    const paths = await scratchPaths();
    expect(labEnvironment(paths, {}, {})).not.toHaveProperty("PULUMI_HOME");
    expect(labEnvironment(paths, { pulumiHome: "/own" }, {}).PULUMI_HOME).toBe("/own");
  });

  test("gives minikube the flags by which the cluster was made", async () => {
    const env = labEnvironment(await scratchPaths(), { startFlags: { "base-image": "node:1", preload: "false" } }, {});
    expect(env).toMatchObject({ MINIKUBE_BASE_IMAGE: "node:1", MINIKUBE_PRELOAD: "false" });
  });

  test("survives a shell's eval, whatever the values hold", () => {
    const nasty = 'it\'s $HOME `date` \\ "x"';
    const script = `${shellExports({ NASTY: nasty })}\nprintf %s "$NASTY"`;
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(nasty);
  });
});

describe("what set-up decided", () => {
  test("is kept for later commands, which refuse a machine that was not set up", async () => {
    const paths = await scratchPaths();
    await expect(requireMachineState(paths)).rejects.toThrow("this machine is not set up yet. Run: bin/lab up pod");
    await saveMachineState(paths, { pulumiHome: "/own" });
    expect(await loadMachineState(paths)).toEqual({ pulumiHome: "/own" });
  });
});
