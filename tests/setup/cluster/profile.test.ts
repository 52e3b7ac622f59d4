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

  test("with another runtime is refused, with the command that mends it", () => {
    expect(() => requireUsable({ ...usable, runtime: "containerd" })).toThrow(
      /containerd.*minikube delete -p minikube && bin\/lab up pod/,
    );
  });

  test("with too old a Kubernetes is refused, with the command that mends it", () => {
    expect(() => requireUsable({ ...usable, kubernetes: "v1.28.3" })).toThrow(
      /v1\.28\.3; 1\.30\.0 or newer is needed.*minikube start -p minikube --kubernetes-version=stable/,
    );
  });
});
