import { mkdir, readdir, readlink, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { ensureEntry } from "../../setup/machine/cache.ts";
import { realOutside } from "../../setup/machine/outside.ts";
import { ensurePlugins } from "../../setup/pulumi.ts";
import { goBuilder, goEntry, goTools } from "../../setup/tools/from-source.ts";
import { type FakeMachine, fakeOutside } from "./support/fake-outside.ts";
import { recordingReport, scratchFolder, scratchPaths } from "./support/scratch.ts";

let userHome: string;

beforeEach(async () => {
  userHome = await scratchFolder();
  vi.stubEnv("PULUMI_HOME", userHome);
  return () => vi.unstubAllEnvs();
});

async function putPlugin(home: string, name: string, version: string): Promise<string> {
  const path = join(home, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, name);
  return path;
}

async function contextOf(machine: FakeMachine) {
  const outside = { ...fakeOutside(machine), exists: realOutside().exists };
  const paths = await scratchPaths();
  const report = recordingReport();
  return { outside, paths, report, builder: goBuilder(outside, paths, report), pulumi: "/bin/pulumi" };
}

describe("Pulumi's plugins", () => {
  test("that are in the user's own home are used, and no other home is made", async () => {
    await putPlugin(userHome, "kubernetes", "4.25.0");
    await putPlugin(userHome, "docker", "5.2.0");
    const { home, plugins } = await ensurePlugins(await contextOf({}));
    expect(home).toBeUndefined();
    expect(plugins.map(({ way }) => way)).toEqual(["downloaded", "downloaded"]);
  });

  test("that are missing are installed by Pulumi itself where its site can be reached", async () => {
    await putPlugin(userHome, "kubernetes", "4.25.0");
    const line = "/bin/pulumi plugin install resource docker 5.2.0";
    const context = await contextOf({ reachable: true, answers: { [line]: {} } });
    expect((await ensurePlugins(context)).home).toBeUndefined();
    expect(context.outside.ran).toEqual([line]);
  });

  test("whose download fails are an error with Pulumi's own words", async () => {
    const line = "/bin/pulumi plugin install resource kubernetes 4.25.0";
    const context = await contextOf({ reachable: true, answers: { [line]: { exitCode: 1, stderr: "disk full" } } });
    await expect(ensurePlugins(context)).rejects.toThrow("cannot install Pulumi's kubernetes plugin: disk full");
  });

  test("come from source into a home of our own where nothing can be downloaded", async () => {
    const context = await contextOf({});
    const entry = await goEntry(context.builder, goTools["pulumi-kubernetes"]);
    const built = await ensureEntry(
      context.builder.outputFolder,
      {
        ...entry,
        make: async (scratch) => {
          await writeFile(join(scratch, "pulumi-resource-kubernetes"), "built");
          return undefined;
        },
      },
      context.report.note,
    );
    const { home, plugins } = await ensurePlugins(context);
    expect(home).toBe(context.paths.pulumiHome);
    expect(plugins.map(({ name, way }) => [name, way])).toEqual([
      ["kubernetes", "built"],
      ["docker", "stand-in"],
    ]);
    expect(await readlink(plugins[0]?.path ?? "")).toBe(join(built, "pulumi-resource-kubernetes"));
    expect(await readlink(join(home ?? "", "versions", "3.250.0", "bin", "pulumi"))).toBe("/bin/pulumi");

    // Another Pulumi may be starting: it would not find a plugin whose folder is being replaced.
    const folder = dirname(plugins[0]?.path ?? "");
    const { ino } = await stat(folder);
    await ensurePlugins(context);
    expect((await stat(folder)).ino).toBe(ino);
    await rm(join(folder, "pulumi-resource-kubernetes"));
    await writeFile(join(folder, "pulumi-resource-kubernetes"), "of an earlier version");
    await ensurePlugins(context);
    expect(await readlink(plugins[0]?.path ?? "")).toBe(join(built, "pulumi-resource-kubernetes"));
    expect((await readdir(dirname(folder))).toSorted()).toEqual([
      "resource-docker-v5.2.0",
      "resource-kubernetes-v4.25.0",
    ]);
  });

  test("that are official stay in use beside the stand-in", async () => {
    const official = await putPlugin(userHome, "kubernetes", "4.25.0");
    const { plugins } = await ensurePlugins(await contextOf({}));
    expect(await readlink(plugins[0]?.path ?? "")).toBe(official);
  });
});
