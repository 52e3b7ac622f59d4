import { execFileSync } from "node:child_process";
import { lstat, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ensureEntry } from "../../../setup/machine/cache.ts";
import { goBuilder, goEntry, goTools } from "../../../setup/tools/from-source.ts";
import { BUILT_HOST, HOST_SCRIPT } from "../../../setup/tools/language-host.ts";
import { resolveTool } from "../../../setup/tools/tools.ts";
import { fakeOutside } from "../support/fake-outside.ts";
import { recordingReport, scratchFolder, scratchPaths } from "../support/scratch.ts";

const program = { mode: 0o755 };
/** Prints its arguments, each on a line. */
const HOST = `#!/bin/sh\nprintf '%s\\n' "$@"\n`;
const OWN = await readFile(new URL("../../../Pulumi.yaml", import.meta.url), "utf8");

/** What a host is started with in a folder with this Pulumi.yaml. */
async function flagsOf(settings: string | undefined): Promise<readonly string[]> {
  const folder = await scratchFolder();
  const bin = join(folder, "somebody's commands");
  await mkdir(bin);
  const script = join(bin, "script");
  await writeFile(join(bin, BUILT_HOST), HOST, program);
  await writeFile(script, HOST_SCRIPT, program);
  if (settings !== undefined) await writeFile(join(folder, "Pulumi.yaml"), settings);
  const said = execFileSync(script, ["127.0.0.1:1"], { cwd: folder, encoding: "utf8" });
  return said.trim().split("\n");
}

const options = (...lines: readonly string[]): string =>
  ["name: any", "runtime:", "  name: nodejs", "  options:", ...lines.map((line) => `    ${line}`)].join("\n");

describe("the language host that was built", () => {
  test("is told the options of the lab's own Pulumi.yaml", async () => {
    expect(await flagsOf(OWN)).toEqual([
      "-typescript=false",
      "-nodeargs=--import ./start/keep-compiled.ts",
      "127.0.0.1:1",
    ]);
  });

  test.each([
    ["one option alone", options("typescript: false"), ["-typescript=false"]],
    ["compilation that the project wants", options("typescript: true"), []],
    ["what it would have to unquote", options('nodeargs: "--import ./a.mjs"', "nodeargs: '--enable-source-maps'"), []],
    ["comments", options("# typescript: false", "#nodeargs: --inspect"), []],
    ["no project", undefined, []],
  ])("has the flags for %s", async (_case, settings, flags) => {
    expect(await flagsOf(settings)).toEqual([...flags, "127.0.0.1:1"]);
  });

  test("is started so by the Pulumi that was built with it", async () => {
    const outside = fakeOutside({});
    const paths = await scratchPaths();
    const report = recordingReport();
    const builder = goBuilder(outside, paths, report);
    for (const name of ["pulumi", "pulumi-language-nodejs"] as const) {
      const make = async (scratch: string) => void (await writeFile(join(scratch, name), HOST, program));
      await ensureEntry(builder.outputFolder, { ...(await goEntry(builder, goTools[name])), make }, report.note);
    }
    expect(await resolveTool({ outside, paths, builder }, "pulumi", report)).toMatchObject({ way: "built" });
    const host = join(paths.bin, "pulumi-language-nodejs");
    // What is there stays: what Pulumi's binary told is known for as long as the file is not touched.
    const placed = await lstat(join(paths.bin, "pulumi"));
    await resolveTool({ outside, paths, builder }, "pulumi", report);
    expect((await lstat(join(paths.bin, "pulumi"))).ctimeMs).toBe(placed.ctimeMs);
    expect(execFileSync(host, ["engine"], { cwd: paths.project, encoding: "utf8" })).toMatch(
      /^-typescript=false\n.*\nengine\n$/,
    );
  });
});
