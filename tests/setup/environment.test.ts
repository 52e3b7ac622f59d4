import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { labEnvironment, shellExports } from "../../setup/environment.ts";
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

  test("keeps the node out of a proxy's way, where there is one", async () => {
    const paths = await scratchPaths();
    const state = { nodeAddress: "192.168.49.2" };
    const env = { https_proxy: "http://proxy:3128", NO_PROXY: ".corp, 127.0.0.1" };
    const expected = ".corp,127.0.0.1,localhost,::1,10.96.0.0/12,192.168.49.2";
    expect(labEnvironment(paths, state, env)).toMatchObject({ NO_PROXY: expected, no_proxy: expected });
    expect(labEnvironment(paths, state, { ...env, NO_PROXY: expected }).NO_PROXY).toBe(expected);
    expect(labEnvironment(paths, state, {})).not.toHaveProperty("NO_PROXY");
  });

  test("parts ports at blanks, as minikube parts a variable", async () => {
    const startFlags = { ports: "127.0.0.1:30050:30050,127.0.0.1:30052:30052" };
    expect(labEnvironment(await scratchPaths(), { startFlags }, {}).MINIKUBE_PORTS).toBe(
      "127.0.0.1:30050:30050 127.0.0.1:30052:30052",
    );
  });

  test("survives a shell's eval, whatever the values hold", () => {
    const nasty = 'it\'s $HOME `date` \\ "x"';
    const script = `${shellExports({ NASTY: nasty })}\nprintf %s "$NASTY"`;
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(nasty);
  });
});
