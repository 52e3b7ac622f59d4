import { describe, expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { ensureCluster } from "../../../setup/cluster/cluster.ts";
import { goBuilder } from "../../../setup/tools/from-source.ts";
import { type FakeMachine, fakeOutside } from "../support/fake-outside.ts";
import { recordingReport, scratchPaths } from "../support/scratch.ts";

const listLine = "minikube profile list --output json";
const running = {
  stdout: JSON.stringify({
    valid: [
      {
        Name: "minikube",
        Status: "OK",
        Config: { Driver: "docker", KubernetesConfig: { ContainerRuntime: "docker", KubernetesVersion: "v1.33.13" } },
      },
    ],
  }),
};

async function bringUp(machine: FakeMachine) {
  const fake = fakeOutside(machine);
  const environments: (NodeJS.ProcessEnv | undefined)[] = [];
  const outside: typeof fake = {
    ...fake,
    run: (file, args, options) => {
      environments.push(options?.env);
      return fake.run(file, args, options);
    },
  };
  const paths = await scratchPaths();
  const report = recordingReport();
  const builder = goBuilder(outside, paths, report);
  const cluster = ensureCluster({
    outside,
    paths,
    report,
    builder,
    minikube: "minikube",
    profile: "minikube",
    nodePorts: { first: 30_050, last: 30_061 },
  });
  return { outside, cluster, environments };
}

describe("the cluster", () => {
  test("that runs is used as it is", async () => {
    const { outside, cluster } = await bringUp({ answers: { [listLine]: running } });
    expect(await cluster).toEqual({
      profile: { name: "minikube", running: true, driver: "docker", runtime: "docker", kubernetes: "v1.33.13" },
    });
    expect(outside.ran).toEqual([listLine]);
  });

  test.each([
    ["without root", { isRoot: false, commands: { "apt-get": "/usr/bin/apt-get" } }, "linux, not root"],
    ["without Debian's packages", {}, "by root on Debian or Ubuntu (here: linux, root)"],
    ["on macOS", { platform: "darwin", isRoot: false }, "here: darwin, not root"],
  ] satisfies [string, FakeMachine, string][])(
    "cannot be made from source %s, which is said in one line",
    async (_case, machine, words) => {
      const { cluster } = await bringUp(machine);
      const error = await cluster.catch((thrown: unknown) => thrown);
      if (!(error instanceof UserError)) return expect.unreachable("a cluster came out of nothing");
      expect(error.message).toContain(words);
      expect(error.message).toContain("By hand: ");
      expect(error.message).not.toContain("\n");
    },
  );

  test("on macOS without Docker or a VM driver names one to install", async () => {
    const { cluster } = await bringUp({ platform: "darwin", isRoot: false, reachable: true });
    await expect(cluster).rejects.toThrow("Install one: brew install vfkit");
  });

  test("is started in minikube's plain way where the internet can be reached", async () => {
    const { outside, cluster, environments } = await bringUp({
      platform: "darwin",
      reachable: true,
      isRoot: false,
      commands: { vfkit: "/usr/local/bin/vfkit" },
    });
    await expect(cluster).rejects.toThrow("minikube start failed");
    expect(outside.ran.at(-1)).toBe(
      "minikube start -p minikube --container-runtime=docker --keep-context=true --interactive=false",
    );
    // Ports that the shell has from another profile are not published here.
    expect(environments.at(-1)).toEqual({ MINIKUBE_PORTS: "" });
  });
});
