import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { namespaceError, openCluster } from "../../../cli/watch/cluster-access.ts";
import { UserError } from "../../../common/user-error.ts";
import { kubeApi } from "../support/kube-api.ts";

const context = (name: string) => ({ name, context: { cluster: "lab", user: "me", namespace: "shop" } });
const config = (more: object) => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "lab", cluster: { server: "https://192.0.2.1:8443" } }],
  users: [{ name: "me", user: { token: "none" } }],
  ...more,
});

async function withKubeconfig(...texts: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "online-inference-kubeconfig-"));
  const files = texts.map((_, index) => join(folder, `config-${index}`));
  for (const [index, file] of files.entries()) await writeFile(file, texts[index] ?? "");
  vi.stubEnv("KUBECONFIG", files.join(delimiter));
}

afterEach(() => vi.unstubAllEnvs());

describe("the cluster of a watch", () => {
  test("is that of the current context, in its namespace, unless another is named", async () => {
    await withKubeconfig(
      JSON.stringify(config({ contexts: [context("one"), context("two")], "current-context": "two" })),
    );
    expect(openCluster({})).toMatchObject({ context: "two", namespace: "shop", cluster: "192.0.2.1:8443" });
    expect(openCluster({ context: "one", namespace: "till" })).toMatchObject({ context: "one", namespace: "till" });
  });

  test("is the one that kubectl takes, of several files", async () => {
    await withKubeconfig(
      JSON.stringify(config({ contexts: [context("dev")], "current-context": "dev" })),
      JSON.stringify(config({ contexts: [context("prod")], "current-context": "prod" })),
    );
    expect(openCluster({})).toMatchObject({ context: "dev" });
    expect(openCluster({ context: "prod" })).toMatchObject({ context: "prod" });
  });

  test.each([
    [
      "no current context",
      { contexts: [context("one"), context("two")] },
      {},
      "--context: got none, and the kubeconfig has no current context; allowed: one, two. For example: --context one",
    ],
    ["an unknown context", { contexts: [context("one")] }, { context: "oen" }, '--context: got "oen"; allowed: one.'],
    ["no context at all", {}, {}, "the kubeconfig has no context at all. Name another one: KUBECONFIG=FILE"],
  ])("is a clear no with %s", async (_, more, asked, message) => {
    await withKubeconfig(JSON.stringify(config(more)));
    expect(() => openCluster(asked)).toThrow(message);
  });

  test("is a clear no with a kubeconfig that is no YAML, in one line", async () => {
    await withKubeconfig("not: [yaml");
    expect(() => openCluster({})).toThrow(/^kubeconfig cannot be read: .*\. Name another one: KUBECONFIG=FILE$/);
  });
});

describe("where nothing was found", () => {
  const error = new UserError("deployment/web: namespace shop has none of this name");
  const of = (objects: Record<string, object>, forbidden: readonly string[] = []) =>
    namespaceError(error, { ...kubeApi(objects, forbidden), namespace: "shop", context: "lab" });

  test("the namespace may be what is missing", async () => {
    expect(await of({})).toMatchObject({
      message: expect.stringContaining('--namespace: got "shop", which the cluster of context lab does not have'),
    });
  });

  test("the error stays where the namespace is there, or may not be read", async () => {
    expect(await of({ "/api/v1/namespaces/shop": { kind: "Namespace" } })).toBe(error);
    expect(await of({}, ["/api/v1/namespaces/shop"])).toBe(error);
  });

  test("and so does an error of another kind", async () => {
    const other = new Error("socket hang up");
    expect(await namespaceError(other, { ...kubeApi({}), namespace: "shop", context: "lab" })).toBe(other);
  });
});
