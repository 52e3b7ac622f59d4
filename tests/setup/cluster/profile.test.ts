import { describe, expect, test } from "vitest";
import { inspectProfile, type Profile, requireUsable } from "../../../setup/cluster/profile.ts";
import { fakeOutside } from "../support/fake-outside.ts";

const listing = (status: string, runtime = "docker", version = "v1.33.13") =>
  JSON.stringify({
    invalid: [],
    valid: [
      {
        Name: "minikube",
        Status: status,
        Config: { Driver: "docker", KubernetesConfig: { ContainerRuntime: runtime, KubernetesVersion: version } },
      },
    ],
  });

const inspect = (stdout: string, name = "minikube") =>
  inspectProfile(fakeOutside({ answers: { "minikube profile list --output json": { stdout } } }), "minikube", name);

const usable: Profile = {
  name: "minikube",
  running: true,
  driver: "docker",
  runtime: "docker",
  kubernetes: "v1.33.13",
  looksLabMade: false,
};

describe("a minikube profile", () => {
  test("is read from minikube's own list", async () => {
    expect(await inspect(listing("OK"))).toEqual(usable);
    expect(await inspect(listing("Stopped"))).toMatchObject({ running: false });
    expect(await inspect(listing("OK"), "other")).toBeUndefined();
    expect(await inspect('{"error":"no profiles"}')).toBeUndefined();
    expect(await inspect("not JSON")).toBeUndefined();
  });

  test("with docker and a recent Kubernetes is used", () => {
    expect(() => requireUsable(usable)).not.toThrow();
  });

  test("with another runtime is refused, with a profile that serves", () => {
    expect(() => requireUsable({ ...usable, runtime: "containerd" })).toThrow(
      /containerd.*bin\/lab up pod --profile online-inference$/,
    );
    expect(() => requireUsable({ ...usable, name: "online-inference", runtime: "crio" })).toThrow(/--profile NAME$/);
  });

  test.each([
    [{ KicBaseImage: "online-inference-node:5ad9d1a3" }, true],
    [{ ExposedPorts: ["127.0.0.1:30050-30061:30050-30061"] }, true],
    [{ KicBaseImage: "gcr.io/k8s-minikube/kicbase:v0.0.47", ExposedPorts: null }, false],
    [{ ExposedPorts: ["8080:80"] }, false],
  ])("looks made by the lab or not: %j", async (config, looksLabMade) => {
    const text = listing("OK").replace('"Driver"', `${JSON.stringify(config).slice(1, -1)},"Driver"`);
    expect(await inspect(text)).toMatchObject({ looksLabMade });
  });

  test("with too old a Kubernetes is refused, with the command that mends it", () => {
    expect(() => requireUsable({ ...usable, kubernetes: "v1.28.3" })).toThrow(
      /v1\.28\.3, and 1\.30\.0 or newer is needed.*minikube start -p minikube --kubernetes-version=stable/,
    );
  });
});
