import { describe, expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { ensureCluster } from "../../../setup/cluster/cluster.ts";
import { goBuilder } from "../../../setup/tools/from-source.ts";
import { type FakeMachine, fakeOutside } from "../support/fake-outside.ts";
import { recordingReport, scratchPaths } from "../support/scratch.ts";

const listLine = "minikube profile list --output json";

const listing = (...profiles: readonly (readonly [string, string])[]) => ({
  stdout: JSON.stringify({
    valid: profiles.map(([Name, ContainerRuntime]) => ({
      Name,
      Status: "OK",
      Config: {
        Driver: "docker",
        Nodes: [{ IP: "192.168.49.2" }],
        KubernetesConfig: { ContainerRuntime, KubernetesVersion: "v1.33.13" },
      },
    })),
  }),
});

async function bringUp(machine: FakeMachine, profile = { name: "minikube", isChosen: false }) {
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
    profile,
    // Others than the lab's own, which a profile of this machine may publish.
    nodePorts: { first: 28_470, last: 28_481 },
  });
  return { outside, cluster, environments, report };
}

describe("the cluster", () => {
  test("that runs is used as it is", async () => {
    const { outside, cluster } = await bringUp({ answers: { [listLine]: listing(["minikube", "docker"]) } });
    expect(await cluster).toEqual({
      profile: {
        name: "minikube",
        running: true,
        driver: "docker",
        runtime: "docker",
        kubernetes: "v1.33.13",
        address: "192.168.49.2",
        looksLabMade: false,
      },
      isNew: false,
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
      "minikube start -p minikube --container-runtime=docker --keep-context=true --interactive=false --output=json",
    );
    // Ports that the shell has from another profile are not published here.
    expect(environments.at(-1)).toEqual({ MINIKUBE_PORTS: "" });
  });
});

describe("the driver that the user has configured for minikube", () => {
  const configured = (driver: string) => ({ "minikube config get driver": { stdout: `${driver}\n` } });
  const onLinux = { reachable: true, isRoot: false } satisfies FakeMachine;

  test.each([["kvm2"], ["podman"]])("makes the profile where docker is absent: %s", async (driver) => {
    const { cluster, outside, report } = await bringUp({ ...onLinux, answers: configured(driver) });
    await expect(cluster).rejects.toThrow("minikube start failed");
    expect(report.lines).toContain(
      `docker does not answer, so minikube's configured driver makes the profile: ${driver}`,
    );
    expect(outside.ran.at(-1)).toMatch(/^minikube start -p minikube --container-runtime=docker/);
    expect(outside.ran.at(-1)).not.toContain("--driver");
    expect(outside.ran.at(-1)?.includes("--ports=")).toBe(driver === "podman");
  });

  test("is docker's turn where it is docker, or none", async () => {
    for (const answers of [configured("docker"), {}]) {
      const { cluster } = await bringUp({
        ...onLinux,
        platform: "darwin",
        commands: { docker: "/bin/docker" },
        answers,
      });
      await expect(cluster).rejects.toThrow("no docker daemon answers. Start it: open -a Docker");
    }
  });
});

describe("minikube's own profile of another runtime, as minikube 1.39 makes it,", () => {
  const onMac = {
    platform: "darwin",
    reachable: true,
    isRoot: false,
    commands: { vfkit: "/usr/local/bin/vfkit" },
  } satisfies FakeMachine;

  test("stays as it is: the lab takes its own, and says so in one line", async () => {
    const answers = { [listLine]: listing(["minikube", "containerd"], ["online-inference", "docker"]) };
    const { cluster, outside, report } = await bringUp({ ...onMac, answers });
    expect(await cluster).toMatchObject({ profile: { name: "online-inference", running: true }, isNew: false });
    expect(report.lines).toEqual([
      "minikube profile minikube uses the container runtime containerd, and images are built in minikube's own docker, so it " +
        "must be docker: it stays as it is, and the lab takes a profile of its own, online-inference",
    ]);
    expect(outside.ran).toEqual([listLine, listLine]);
  });

  test("has the lab make its own", async () => {
    const { cluster, outside } = await bringUp({
      ...onMac,
      answers: { [listLine]: listing(["minikube", "containerd"]) },
    });
    await expect(cluster).rejects.toThrow("minikube start failed");
    expect(outside.ran.at(-1)).toContain("minikube start -p online-inference --container-runtime=docker");
  });

  test("is refused where the user named it, without a word of deleting it", async () => {
    const answers = { [listLine]: listing(["minikube", "containerd"]) };
    const { cluster, outside } = await bringUp({ ...onMac, answers }, { name: "minikube", isChosen: true });
    const error = (await cluster.catch((thrown: unknown) => thrown)) as Error;
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain("Take another profile, which is made if it is missing: bin/lab up pod --profile");
    expect(error.message).not.toContain("delete");
    expect(outside.ran).toEqual([listLine]);
  });
});
