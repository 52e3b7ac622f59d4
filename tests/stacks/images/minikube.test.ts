import { describe, expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { type MinikubeEffects, minikubeDocker, type RunMinikube } from "../../../stacks/images/minikube.ts";

const profile = (name: string, runtime: string, nodes = 1) => ({
  Name: name,
  Config: { KubernetesConfig: { ContainerRuntime: runtime }, Nodes: Array.from({ length: nodes }, () => ({})) },
});

/** A minikube with these profiles. It answers docker-env with `env`, and fails if that is missing. */
function minikube(profiles: readonly object[], env?: Record<string, string>) {
  const calls: string[] = [];
  const run: RunMinikube = async (args) => {
    calls.push(args.join(" "));
    if (args.includes("profile")) return JSON.stringify({ invalid: [], valid: profiles });
    if (!env) throw new Error("Command failed: minikube docker-env");
    return JSON.stringify(env);
  };
  return { calls, run };
}

/** Asks minikube itself: it has no file of the profile, and nothing is remembered. */
const asking = (run: RunMinikube): MinikubeEffects => ({
  run,
  profileFile: async () => undefined,
  memory: { recall: async () => undefined, remember: async () => {} },
});

const refusal = (run: RunMinikube) =>
  minikubeDocker("lab", false, asking(run)).then(
    () => expect.unreachable("it was accepted"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(UserError);
      return (error as Error).message;
    },
  );

test("host and certificates come from minikube", async () => {
  const { run, calls } = minikube([profile("minikube", "docker"), profile("lab", "docker")], {
    DOCKER_HOST: "tcp://127.0.0.1:32771",
    DOCKER_CERT_PATH: "/home/me/.minikube/certs",
    DOCKER_TLS_VERIFY: "1",
  });
  expect(await minikubeDocker("lab", false, asking(run))).toEqual({
    host: "tcp://127.0.0.1:32771",
    certPath: "/home/me/.minikube/certs",
  });
  expect(calls).toEqual(["profile list --light --output json", "--profile lab docker-env --shell none --output json"]);
});

test("a missing minikube", async () => {
  const run = () => Promise.reject(Object.assign(new Error("spawn minikube ENOENT"), { code: "ENOENT" }));
  expect(await refusal(run)).toBe(
    'minikube is missing: it is not on the PATH. Run "bin/lab up pod", which brings it, or put it there: eval "$(bin/lab env)".',
  );
});

test("a missing minikube whose profile's file is there, and whose node does not answer", async () => {
  const run = () => Promise.reject(Object.assign(new Error("spawn minikube ENOENT"), { code: "ENOENT" }));
  const file = JSON.stringify(profile("lab", "docker").Config);
  const effects = { ...asking(run), profileFile: async () => file };
  await expect(minikubeDocker("lab", false, effects)).rejects.toThrow("minikube is missing: it is not on the PATH.");
});

test("a minikube that fails", async () => {
  const run = () => Promise.reject(new Error("Command failed: minikube profile list\nno space left on device\n"));
  expect(await refusal(run)).toBe('minikube fails: no space left on device. See "bin/lab doctor".');
});

test("a missing profile", async () => {
  expect(await refusal(minikube([]).run)).toBe(
    'minikube has no profile lab, only: none yet. Start it: "bin/lab up pod" (or "minikube start -p lab --container-runtime=docker").',
  );
  expect(await refusal(minikube([profile("minikube", "docker")]).run)).toContain("no profile lab, only: minikube.");
});

test("a stopped profile", async () => {
  expect(await refusal(minikube([profile("lab", "docker")]).run)).toBe(
    'minikube profile lab is not running. Start it: "bin/lab up pod" (or "minikube start -p lab").',
  );
});

test("another runtime is refused before docker-env starts anything for it", async () => {
  const { run, calls } = minikube([profile("lab", "containerd")], {});
  expect(await refusal(run)).toContain(
    "profile lab: got the container runtime containerd, allowed without config registry: docker",
  );
  expect(calls).toHaveLength(1);
});

test("more than one node", async () => {
  expect(await refusal(minikube([profile("lab", "docker", 2)]).run)).toContain(
    "profile lab: got 2 nodes, allowed without config registry: 1",
  );
});

test.each([
  ["another runtime", profile("lab", "containerd")],
  ["more than one node", profile("lab", "docker", 2)],
])("%s serves if images are pushed, but does not build them", async (_, other) => {
  const { run, calls } = minikube([other], {});
  expect(await minikubeDocker("lab", true, asking(run))).toBeUndefined();
  expect(calls).toHaveLength(1);
});

test("a single node on docker builds what is pushed, too", async () => {
  const env = { DOCKER_HOST: "tcp://192.168.49.2:2376", DOCKER_CERT_PATH: "/certs" };
  const { run } = minikube([profile("lab", "docker")], env);
  expect(await minikubeDocker("lab", true, asking(run))).toEqual({
    host: "tcp://192.168.49.2:2376",
    certPath: "/certs",
  });
});

test("a daemon that is not reached by TLS", async () => {
  const { run } = minikube([profile("lab", "docker")], { DOCKER_HOST: "ssh://docker@127.0.0.1:22" });
  expect(await refusal(run)).toContain('got the docker host "ssh://docker@127.0.0.1:22", allowed: tcp://host:port');
});

describe("minikube is asked as little as may be:", () => {
  const endpoint = { host: "tcp://192.168.49.2:2376", certPath: "/home/me/.minikube/certs" };
  const answer = { DOCKER_HOST: endpoint.host, DOCKER_CERT_PATH: endpoint.certPath };
  const config = (runtime: string, nodes = 1) => JSON.stringify(profile("lab", runtime, nodes).Config);

  /** What is asked of a minikube whose own file says this, and what is remembered. */
  async function asked(file: string | undefined, recalled?: typeof endpoint) {
    const { run, calls } = minikube([profile("lab", "docker")], answer);
    const remembered: unknown[] = [];
    const found = await minikubeDocker("lab", false, {
      run,
      profileFile: async () => file,
      memory: { recall: async () => recalled, remember: async (...args) => void remembered.push(args) },
    });
    expect(found).toEqual(endpoint);
    return { calls, remembered };
  }
  const LIST = "profile list --light --output json";
  const DOCKER_ENV = "--profile lab docker-env --shell none --output json";

  test("not at all, where the profile's file and the daemon's own word say all", async () => {
    expect(await asked(config("docker"), endpoint)).toEqual({ calls: [], remembered: [] });
  });

  test("for the address, where no daemon answers as that node's; the answer is remembered", async () => {
    expect(await asked(config("docker"))).toEqual({ calls: [DOCKER_ENV], remembered: [["lab", endpoint]] });
  });

  test.each([
    ["no file", undefined],
    ["another runtime", config("containerd")],
    ["several nodes", config("docker", 2)],
    ["no JSON", "{"],
  ])("for the list of profiles, where its file has %s", async (_what, file) => {
    expect((await asked(file)).calls).toEqual([LIST, DOCKER_ENV]);
  });
});
