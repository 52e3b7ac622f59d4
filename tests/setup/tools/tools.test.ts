import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ensureEntry } from "../../../setup/machine/cache.ts";
import type { CommandResult } from "../../../setup/machine/outside.ts";
import { downloadEntry, officialReleases } from "../../../setup/tools/downloads.ts";
import { goBuilder, goEntry, goTools } from "../../../setup/tools/from-source.ts";
import { pins } from "../../../setup/tools/pins.ts";
import { inspectTool, resolveTool } from "../../../setup/tools/tools.ts";
import { type FakeMachine, fakeOutside } from "../support/fake-outside.ts";
import { recordingReport, scratchPaths } from "../support/scratch.ts";

async function contextOf(machine: FakeMachine) {
  const outside = fakeOutside(machine);
  const paths = await scratchPaths();
  const report = recordingReport();
  return { outside, paths, report, builder: goBuilder(outside, paths, report) };
}

afterEach(() => vi.useRealTimers());

const installed = { commands: { minikube: "/usr/bin/minikube" } };
const versionLine = "/usr/bin/minikube version --short";

describe("resolving a tool", () => {
  test("takes the installed one when it is recent enough", async () => {
    const context = await contextOf({ ...installed, answers: { [versionLine]: { stdout: "v1.36.0" } } });
    expect(await inspectTool(context, "minikube")).toEqual({
      name: "minikube",
      way: "installed",
      version: "1.36.0",
      path: "/usr/bin/minikube",
    });
  });

  test.each([
    ["too old", { stdout: "v1.20.0" }, "/usr/bin/minikube 1.20.0"],
    ["broken", { exitCode: 1 }, "/usr/bin/minikube does not run"],
  ])("passes over an installed one that is %s", async (_case, answer, found) => {
    const context = await contextOf({ ...installed, reachable: true, answers: { [versionLine]: answer } });
    expect(await inspectTool(context, "minikube")).toEqual({
      name: "minikube",
      way: "missing",
      next: "download",
      found,
    });
  });

  test("downloads where the publisher can be reached and builds where not", async () => {
    for (const [reachable, next] of [
      [true, "download"],
      [false, "build"],
    ] as const) {
      expect(await inspectTool(await contextOf({ reachable }), "pulumi")).toMatchObject({ way: "missing", next });
    }
  });

  test("prefers an earlier download to an earlier build", async () => {
    const context = await contextOf({});
    const put = (root: string, entry: Parameters<typeof ensureEntry>[1]) =>
      ensureEntry(
        root,
        {
          ...entry,
          make: async (scratch) => {
            await writeFile(join(scratch, "kubectl"), "binary");
            return undefined;
          },
        },
        () => undefined,
      );
    const built = await put(context.builder.outputFolder, await goEntry(context.builder, goTools.kubernetes));
    expect(await inspectTool(context, "kubectl")).toMatchObject({ way: "built", path: join(built, "kubectl") });
    const entry = downloadEntry(context.outside, officialReleases("x64").kubectl);
    const downloaded = await put(join(context.paths.cache, "downloads"), entry);
    expect(await inspectTool(context, "kubectl")).toMatchObject({
      way: "downloaded",
      path: join(downloaded, "kubectl"),
    });
  });

  test("asks a binary of the lab's own for its version once, and again what did not tell it", async () => {
    const answers: Record<string, Partial<CommandResult>> = {};
    const context = await contextOf({ answers });
    const make = async (scratch: string) => void (await writeFile(join(scratch, "kubectl"), "binary"));
    const entry = { ...(await goEntry(context.builder, goTools.kubernetes)), make };
    const built = await ensureEntry(context.builder.outputFolder, entry, () => undefined);
    // What was changed in the last moments may change again.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    expect(await inspectTool(context, "kubectl")).toMatchObject({ version: "unknown" });
    answers[`${join(built, "kubectl")} version --client`] = { stdout: "Client Version: v1.33.1" };
    expect(await inspectTool(context, "kubectl")).toMatchObject({ version: "1.33.1" });
    expect(await inspectTool(context, "kubectl")).toMatchObject({ version: "1.33.1" });
    expect(context.outside.ran).toHaveLength(2);
  });

  test("builds with the pinned flags, and names the tail of the compiler's words when that fails", async () => {
    const context = await contextOf({
      commands: { go: "/usr/bin/go", "apt-get": "/usr/bin/apt-get" },
      answers: { "/usr/bin/go version": { stdout: "go version go1.26.8 linux/amd64" } },
    });
    await expect(resolveTool(context, "minikube", context.report)).rejects.toThrow(
      /building minikube from source failed\.\n.*no such answer in this test\nWhat was built so far is kept/,
    );
    expect(context.report.lines).toEqual(["building minikube from source"]);
    expect(context.outside.ran.at(-1)).toContain("-mod=readonly");
    expect(context.outside.ran.at(-1)).toContain("-X k8s.io/minikube/pkg/version.version=v1.36.0");
  });

  test("builds helm for the cluster's Kubernetes, and for no other", async () => {
    const { inputs } = await goEntry((await contextOf({})).builder, goTools.helm);
    const [, flags] = inputs;
    for (const path of ["pkg/chartutil", "pkg/lint/rules"]) {
      expect(flags).toContain(`-X helm.sh/helm/v3/${path}.k8sVersionMajor=1 `);
      expect(flags).toContain(`-X helm.sh/helm/v3/${path}.k8sVersionMinor=33`);
    }
    expect(inputs.find((input) => input.includes("tool helm.sh"))).toContain(`helm.sh/helm/v3 v${pins.helm} `);
  });
});
