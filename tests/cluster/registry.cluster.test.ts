import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Checkout, makeCheckout } from "../registry/checkout.ts";
import { login } from "../registry/image.ts";
import { REGISTRY_ADDRESS, registryLog, startRegistry, stopRegistry } from "../registry/pod.ts";
import { kubectl, minikubeDocker } from "./support/lab.ts";

const stack = "publish";
const namespace = `online-inference-${stack}`;
const repository = `${REGISTRY_ADDRESS}/online-inference`;

interface Pod {
  readonly metadata: { readonly uid: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly { readonly image: string; readonly imagePullPolicy: string }[];
    readonly imagePullSecrets: readonly unknown[];
  };
}

/** What a single run has wrong: another password, another registry, or the right password in plain text. */
interface Change {
  readonly secret?: string;
  readonly registry?: string;
  readonly plain?: string;
}

interface Events {
  readonly items: readonly { readonly reason: string; readonly message: string }[];
}

let checkout: Checkout;

beforeAll(async () => {
  await startRegistry();
  checkout = await makeCheckout(stack);
  await checkout.set({ release: "v2", registry: REGISTRY_ADDRESS, registryUsername: login.username });
  await checkout.setSecret("registryPassword", login.password);
});

afterAll(async () => {
  await checkout.pulumi(["destroy", "--yes", "--skip-preview"]);
  await checkout.remove();
  await stopRegistry();
});

const readPod = () => kubectl<Pod>("--namespace", namespace, "get", "pod", "online-inference");
const up = (...args: string[]) => checkout.pulumi(["up", "--yes", "--skip-preview", ...args]);

/** All forms in which the password may be written somewhere. */
function forms(): string[] {
  const auth = Buffer.from(`${login.username}:${login.password}`).toString("base64");
  const config = JSON.stringify({ auths: { [REGISTRY_ADDRESS]: { ...login, auth } } });
  return [login.password, auth, Buffer.from(config).toString("base64")];
}

describe("publishing with credentials", { concurrent: false }, () => {
  let said = "";

  test("pushes the image and the release's tag, and deploys", async () => {
    const preview = await checkout.pulumi(["preview"]);
    const { exitCode, all } = await up();
    said = preview.all + all;
    expect(exitCode, all).toBe(0);
    const pushed = (await registryLog()).filter((line) => /"PUT \S+\/manifests\/\S+ HTTP\/1.1" 201/.test(line));
    const tags = pushed.map((line) => /manifests\/(\S+)/.exec(line)?.[1]);
    expect(tags).toEqual([expect.stringMatching(/^v2-[0-9a-f]{12}$/), "v2"]);
  });

  test("lets the node pull by digest, although its daemon has the image already", async () => {
    const { spec, metadata } = await readPod();
    const image = spec.containers[0]?.image ?? "";
    expect(image).toMatch(new RegExp(`^${repository}@sha256:[0-9a-f]{64}$`));
    expect(spec.containers[0]?.imagePullPolicy).toBe("Always");
    expect(spec.imagePullSecrets).toEqual([{ name: "registry" }]);
    expect(metadata.annotations["online-inference/image"]).toMatch(new RegExp(`^${repository}:v2-[0-9a-f]{12}$`));
    const { items } = await kubectl<Events>("--namespace", namespace, "get", "events");
    const pulled = items.filter(({ reason }) => reason === "Pulled").map(({ message }) => message);
    expect(pulled).toEqual([expect.stringContaining(`Successfully pulled image "${image}"`)]);
    const digest = image.slice(image.indexOf("sha256:"));
    expect(await registryLog()).toContainEqual(
      expect.stringContaining(`"GET /v2/online-inference/manifests/${digest} HTTP/1.1" 200`),
    );
  });

  test("is a no-op the second time", async () => {
    const { exitCode, all } = await up("--expect-no-changes");
    expect(exitCode, all).toBe(0);
  });

  test("writes the password down nowhere but on the node", async () => {
    const folders = [checkout.state, checkout.folder].map((folder) =>
      readdir(folder, { recursive: true, withFileTypes: true }),
    );
    const files = (await Promise.all(folders))
      .flat()
      .filter((entry) => entry.isFile() && /\.(json|bak|attrs|ya?ml|gz)$/.test(entry.name));
    const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "utf8")));
    const exported = (await checkout.pulumi(["stack", "export"])).stdout;
    const image = (await readPod()).metadata.annotations["online-inference/image"] ?? "";
    const inspected = (await minikubeDocker("image", "inspect", image)).stdout;
    const history = (await minikubeDocker("image", "history", "--no-trunc", image)).stdout;
    expect(inspected).toContain(image);
    expect(exported).toContain("kubernetes.io/dockerconfigjson");
    expect(texts.length).toBeGreaterThan(2);
    const everything = [said, exported, inspected, history, ...texts].join("\n");
    for (const form of forms()) expect(everything.includes(form)).toBe(false);
  });

  test.each<[Change, RegExp]>([
    [{ secret: "wrong-password" }, /registry 127\.0\.0\.1:5000 refuses the credentials of alice \(.*401/],
    [{ registry: "127.0.0.1:5999" }, /registry 127\.0\.0\.1:5999 cannot be reached .*localhost is the node.*refused/],
    [{ plain: login.password }, /config registryPassword: got plain text, allowed: a secret/],
  ])("refuses %o in one line, at preview as well, and changes nothing", async (change, message) => {
    const { uid } = (await readPod()).metadata;
    if (change.secret) await checkout.setSecret("registryPassword", change.secret);
    if (change.registry) await checkout.set({ registry: change.registry });
    if (change.plain) await checkout.pulumi(["config", "set", "--plaintext", "registryPassword", change.plain]);
    for (const { exitCode, all } of [await checkout.pulumi(["preview"]), await up()]) {
      expect(exitCode).not.toBe(0);
      expect(all).toMatch(message);
      expect(all).not.toMatch(/^\s+at .+\(.+:\d+:\d+\)/m);
      expect(all).not.toContain(change.secret ?? login.password);
    }
    expect((await readPod()).metadata.uid).toBe(uid);
    await checkout.set({ registry: REGISTRY_ADDRESS });
    await checkout.setSecret("registryPassword", login.password);
  });

  test("goes back to an older release by pulling it", async () => {
    await checkout.set({ release: "v1" });
    const { exitCode, all } = await up();
    expect(exitCode, all).toBe(0);
    const { spec, metadata } = await readPod();
    expect(metadata.annotations["online-inference/image"]).toMatch(/:v1-[0-9a-f]{12}$/);
    const digest = spec.containers[0]?.image.split("@")[1];
    expect(await registryLog()).toContainEqual(
      expect.stringContaining(`"GET /v2/online-inference/manifests/${digest} HTTP/1.1" 200`),
    );
  });

  test("goes without leaving anything, whatever the registry says", async () => {
    await checkout.setSecret("registryPassword", "wrong-password");
    const { exitCode, all } = await checkout.pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(exitCode, all).toBe(0);
    await expect(kubectl("get", "namespace", namespace)).rejects.toThrow("NotFound");
  });
});
