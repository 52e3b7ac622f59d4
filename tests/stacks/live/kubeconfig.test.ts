import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { clusterTransport } from "../../../cli/stack/answers-as-stack.ts";
import { loadDefaultKubeconfig } from "../../../stacks/live/kubeconfig.ts";
import { loadKubeconfig } from "../../../stacks/live/read.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "online-inference-kubeconfig-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** One cluster, user and context, all of one name. */
const named = (name: string, { server = `https://${name}.example`, user = {}, cluster = {} } = {}) => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name, cluster: { server, ...cluster } }],
  users: [{ name, user: { token: `of-${name}`, ...user } }],
  contexts: [{ name, context: { cluster: name, user: name } }],
});
const selecting = (name: string, more = {}) => ({ ...named(name, more), "current-context": name });

/** Writes files, by their paths in the folder, and names them all in KUBECONFIG; one without content is not written. */
async function withFiles(files: Readonly<Record<string, object | string | undefined>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) continue;
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  const paths = Object.keys(files).map((path) => join(folder, path));
  vi.stubEnv("KUBECONFIG", paths.join(delimiter));
}

function loaded(): KubeConfig {
  const config = new KubeConfig();
  loadDefaultKubeconfig(config);
  return config;
}

describe("of the files that KUBECONFIG names", () => {
  test("the first that selects a context does, and all contexts are there", async () => {
    await withFiles({ dev: selecting("dev"), prod: selecting("prod") });
    const config = loaded();
    expect(config.getCurrentContext()).toBe("dev");
    expect(config.getCurrentCluster()?.server).toBe("https://dev.example");
    expect(config.getContexts().map(({ name }) => name)).toEqual(["dev", "prod"]);
    expect((await loadKubeconfig()).getCurrentContext()).toBe("dev");
  });

  test("a later one selects the context where the first selects none", async () => {
    await withFiles({ dev: named("dev"), stage: selecting("stage"), prod: selecting("prod") });
    expect(loaded().getCurrentContext()).toBe("stage");
  });

  test("the first one's cluster, user and context of a name count, as a whole", async () => {
    await withFiles({
      one: named("lab", { user: { token: "first" } }),
      two: selecting("lab", { server: "https://other.example", user: { token: "second", username: "ada" } }),
    });
    const config = loaded();
    expect(config.getClusters()).toMatchObject([{ name: "lab", server: "https://lab.example" }]);
    expect(config.getUsers()).toMatchObject([{ name: "lab", token: "first", username: undefined }]);
    expect(config.getContexts()).toHaveLength(1);
    expect(config.getCurrentContext()).toBe("lab");
  });

  test("those that do not exist, or are empty, are passed over", async () => {
    await withFiles({ none: undefined, empty: "", lab: selecting("lab"), later: undefined });
    expect(loaded().getCurrentContext()).toBe("lab");
    expect(() => clusterTransport("lab")).not.toThrow();
  });

  test("one at least has to exist, and each has to be a kubeconfig", async () => {
    await withFiles({ one: undefined, two: undefined });
    expect(loaded).toThrow(`ENOENT: no such file or directory: ${join(folder, "one")}, ${join(folder, "two")}`);
    await withFiles({ lab: selecting("lab"), broken: "not: [yaml" });
    expect(loaded).toThrow();
  });

  test("each has its own relative paths", async () => {
    const user = { "client-certificate": "me.crt", "client-key": "/keys/me", exec: { command: "./login" } };
    await withFiles({
      "a/config": named("a", { cluster: { "certificate-authority": "ca.crt" }, user }),
      "b/config": named("b", { cluster: { "certificate-authority": "ca.crt" }, user: { exec: { command: "login" } } }),
    });
    const config = loaded();
    expect(config.getClusters().map(({ caFile }) => caFile)).toEqual([
      join(folder, "a/ca.crt"),
      join(folder, "b/ca.crt"),
    ]);
    expect(config.getUsers()).toMatchObject([
      { certFile: join(folder, "a/me.crt"), keyFile: "/keys/me", exec: { command: join(folder, "a/login") } },
      // A plain name is looked up in PATH.
      { exec: { command: "login" } },
    ]);
  });
});

describe("without KUBECONFIG", () => {
  beforeEach(() => {
    vi.stubEnv("KUBECONFIG", "");
    vi.stubEnv("HOME", folder);
  });

  test("the user's own file is read", async () => {
    await mkdir(join(folder, ".kube"));
    await writeFile(
      join(folder, ".kube", "config"),
      JSON.stringify(selecting("mine", { user: { exec: { command: "./in" } } })),
    );
    expect(loaded().getCurrentContext()).toBe("mine");
    expect(loaded().getUsers()).toMatchObject([{ exec: { command: join(folder, ".kube", "in") } }]);
  });

  test("and without any file the client's defaults hold", () => {
    expect(loaded().getContexts()).toHaveLength(1);
  });
});
