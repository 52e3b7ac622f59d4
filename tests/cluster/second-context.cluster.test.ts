import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clusterDocker } from "../../cli/suite.ts";
import { realOutside } from "../../setup/machine/outside.ts";
import { type Checkout, makeCheckout } from "../registry/checkout.ts";
import { login } from "../registry/image.ts";
import { REGISTRY_ADDRESS, registryLog, startRegistry, stopRegistry } from "../registry/pod.ts";
import { kubectl, profile } from "./support/lab.ts";

// Simulates a cluster that minikube does not know, by another kubeconfig with one context of another name, and a profile that
// does not exist. The API server is the same: for the program a second cluster would make no difference.
const stack = "elsewhere";
const namespace = `online-inference-${stack}`;
let checkout: Checkout;
let env: Record<string, string>;

beforeAll(async () => {
  await startRegistry();
  checkout = await makeCheckout(stack);
  const { stdout } = await execa("kubectl", ["config", "view", "--raw", "--minify", "--flatten", "--context", profile]);
  const kubeconfig = join(checkout.state, "kubeconfig");
  await writeFile(kubeconfig, stdout);
  const rename = ["config", "rename-context", profile, "production"];
  await execa("kubectl", rename, { env: { KUBECONFIG: kubeconfig } });
  // Any docker that reaches the registry can build. The program finds it like the docker command.
  env = { ...(await clusterDocker(realOutside(), "minikube", profile)), KUBECONFIG: kubeconfig };
  await checkout.set({ context: "production", profile: "absent" });
});

afterAll(async () => {
  await checkout.pulumi(["destroy", "--yes", "--skip-preview"], env);
  await checkout.remove();
  await stopRegistry();
});

const up = (...args: string[]) => checkout.pulumi(["up", "--yes", "--skip-preview", ...args], env);

describe("another context than a minikube profile's", { concurrent: false }, () => {
  test("is refused without a registry, as its nodes could not get the image", async () => {
    const { exitCode, all } = await up();
    expect(all).toMatch(/config context: got "production" without a registry, allowed: the minikube profile absent/);
    expect(exitCode).not.toBe(0);
  });

  test("is deployed to with one, and minikube is not asked", async () => {
    await checkout.set({ registry: REGISTRY_ADDRESS, registryUsername: login.username });
    await checkout.setSecret("registryPassword", login.password);
    const { exitCode, all } = await up();
    expect(exitCode, all).toBe(0);
    const pod = await kubectl<{ spec: { containers: { image: string }[] } }>(
      "--namespace",
      namespace,
      "get",
      "pod",
      "online-inference",
    );
    const digest = pod.spec.containers[0]?.image.split("@")[1];
    expect(await registryLog()).toContainEqual(
      expect.stringContaining(`"GET /v2/online-inference/manifests/${digest} HTTP/1.1" 200`),
    );
    const output = await checkout.pulumi(["stack", "output", "context"]);
    expect(output.stdout).toBe("production");
  });

  test("is a no-op the second time", async () => {
    const { exitCode, all } = await up("--expect-no-changes");
    expect(exitCode, all).toBe(0);
  });

  test("must be one of the kubeconfig", async () => {
    await checkout.set({ context: "nowhere" });
    const { exitCode, all } = await up();
    expect(all).toMatch(/context.*nowhere/);
    expect(all).not.toMatch(/^\s+at .+\(.+:\d+:\d+\)/m);
    expect(exitCode).not.toBe(0);
    await checkout.set({ context: "production" });
  });
});
