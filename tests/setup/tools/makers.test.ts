import { execFileSync } from "node:child_process";
import { lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { officialReleases } from "../../../setup/tools/downloads.ts";
import type { ResolvedTool, ToolName } from "../../../setup/tools/tools.ts";
import { type Answer, type Makers, releaseFiles, startMakers } from "../support/makers.ts";
import { programsOnly, scratchFolder } from "../support/scratch.ts";

const module = (path: string) => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);

/** Brings a tool as the lab does, in a process of its own: Node.js reads certificates only when it starts. */
const SCRIPT = `
import { realOutside } from ${module("setup/machine/outside.ts")};
import { resolvePaths } from ${module("setup/machine/paths.ts")};
import { goBuilder } from ${module("setup/tools/from-source.ts")};
import { resolveTool } from ${module("setup/tools/tools.ts")};
const report = { note: () => {}, during: (_what, _usual, work) => work(() => {}) };
const [outside, paths] = [realOutside(), resolvePaths()];
try {
  const builder = goBuilder(outside, paths, report);
  console.log(JSON.stringify(await resolveTool({ outside, paths, builder }, process.argv[1], report)));
} catch (error) {
  console.log(JSON.stringify({ error: error.message, name: error.constructor.name }));
}`;

type Brought = Partial<ResolvedTool> & { readonly error?: string; readonly name?: string };

async function machineOf(makers: Makers, certificates: "extra" | "system" | "none" = "extra") {
  const folder = await scratchFolder();
  const trust = {
    extra: { NODE_EXTRA_CA_CERTS: makers.authority },
    system: { NODE_USE_SYSTEM_CA: "1", SSL_CERT_FILE: makers.authority },
    none: {},
  }[certificates];
  const env = { HOME: folder, PATH: await programsOnly("sh", "tar", "gzip", "rm", "chmod"), ...makers.env, ...trust };
  return {
    bin: join(folder, ".cache", "online-inference", "bin"),
    bring: async (tool: ToolName, more: Readonly<Record<string, string>> = {}): Promise<Brought> => {
      const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", SCRIPT, tool], {
        extendEnv: false,
        env: { ...env, ...more },
      });
      return JSON.parse(stdout) as Brought;
    },
  };
}

const TOOLS: readonly ToolName[] = ["minikube", "kubectl", "pulumi", "helm"];
const { minikube, pulumi } = officialReleases(process.arch);
const at = (url: string): string => url.replace("https://", "");

describe("the makers' releases, behind a company's proxy,", () => {
  test.each([["extra"], ["system"]] as const)("come with their %s certificates", async (certificates) => {
    const makers = await startMakers(await releaseFiles());
    const machine = await machineOf(makers, certificates);
    for (const tool of TOOLS) {
      expect(await machine.bring(tool)).toMatchObject({ name: tool, way: "downloaded", path: join(machine.bin, tool) });
      expect(execFileSync(join(machine.bin, tool), { encoding: "utf8" })).toMatch(/v\d/);
    }
    expect(makers.asked).toContain(`GET release-assets.githubusercontent.com/${at(minikube.sources[0].url)}`);
  });

  test("bring all of Pulumi's hosts to where they come before an older Pulumi's", async () => {
    const machine = await machineOf(await startMakers(await releaseFiles()));
    const { path } = await machine.bring("pulumi");
    expect(await readdir(machine.bin)).toEqual([
      "pulumi",
      "pulumi-analyzer-policy",
      "pulumi-language-nodejs",
      "pulumi-language-python",
    ]);
    // Pulumi looks for hosts beside where its binary really lies, and warns of any other.
    expect((await lstat(path ?? "")).isSymbolicLink()).toBe(false);
    expect((await stat(path ?? "")).nlink).toBeGreaterThan(1);
  });

  test("come in spite of a line that is cut twice", async () => {
    const makers = await startMakers(await releaseFiles());
    const [{ url }] = minikube.sources;
    makers.cut(`release-assets.githubusercontent.com/${at(url)}`, 2);
    expect(await (await machineOf(makers)).bring("minikube")).toMatchObject({ way: "downloaded" });
  });

  test("come from a second source where the first has none", async () => {
    const files = { ...(await releaseFiles()) };
    for (const [index, { url, checksumUrl }] of pulumi.sources.entries()) {
      for (const one of [url, checksumUrl]) {
        const name = one.slice(one.lastIndexOf("/"));
        if (index === 1) files[at(one)] = files[at(pulumi.sources[0].url.replace(/\/[^/]*$/, name))] as Answer;
      }
    }
    for (const one of Object.values(pulumi.sources[0])) files[at(one)] = 404;
    const makers = await startMakers(files);
    expect(await (await machineOf(makers)).bring("pulumi")).toMatchObject({ way: "downloaded" });
    expect(makers.asked).toContain(`GET ${at(pulumi.sources[1].url)}`);
  });
});

describe("a download that fails where the makers answer is an error, never a build:", () => {
  test("a line that is always cut, with the cause", async () => {
    const makers = await startMakers(await releaseFiles());
    for (const { url } of minikube.sources) makers.cut(`release-assets.githubusercontent.com/${at(url)}`, 99);
    const { error, name } = await (await machineOf(makers)).bring("minikube");
    expect(name).toBe("UserError");
    expect(error).toContain("cannot download minikube 1.38.1, tried 3 times: https://github.com/kubernetes/minikube");
    expect(error).toMatch(/minikube-\w+-\w+: terminated: .*other side closed/);
    expect(error).toContain("https://storage.googleapis.com/minikube/releases/v1.38.1/minikube-");
    expect(error).toContain("ONLINE_INFERENCE_SOURCE=build");
  });

  test("a certificate that nobody knows, with the variables that make it known", async () => {
    const makers = await startMakers(await releaseFiles());
    const { error } = await (await machineOf(makers, "none")).bring("helm");
    expect(error).toMatch(/cannot download helm .*(unable to|certificate).*SSL_CERT_FILE or NODE_EXTRA_CA_CERTS/i);
  });

  test("a proxy that refuses, where the user wants downloads", async () => {
    const machine = await machineOf(await startMakers({}));
    const env = { HTTPS_PROXY: "http://127.0.0.1:1", https_proxy: "http://127.0.0.1:1" };
    const { error } = await machine.bring("helm", { ...env, ONLINE_INFERENCE_SOURCE: "download" });
    expect(error).toMatch(/cannot download helm .*ECONNREFUSED/);
  });
});

describe("ONLINE_INFERENCE_SOURCE", () => {
  test("build asks no maker", async () => {
    const makers = await startMakers(await releaseFiles());
    const machine = await machineOf(makers);
    const { error } = await machine.bring("helm", { ONLINE_INFERENCE_SOURCE: "build", PATH: "/nowhere" });
    expect(error).toMatch(/from source/);
    expect(makers.asked).toEqual([]);
  });

  test("has no other values", async () => {
    const machine = await machineOf(await startMakers({}));
    const wrong = machine.bring("helm", { ONLINE_INFERENCE_SOURCE: "biuld" });
    await expect(wrong).rejects.toThrow('environment ONLINE_INFERENCE_SOURCE: got "biuld", allowed: download or build');
  });
});
