import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { buildBaseline } from "../../bench/baseline.ts";
import { resolvePaths } from "../../setup/machine/paths.ts";

it("says so where the history lacks the commit of comparison, and makes nothing", async () => {
  const project = mkdtempSync(join(tmpdir(), "baseline-"));
  onTestFinished(() => rmSync(project, { recursive: true }));
  await execa("git", ["init", "--quiet"], { cwd: project });
  const paths = { ...resolvePaths(), project, cache: join(project, "cache") };
  await expect(buildBaseline(paths, "x64")).rejects.toThrow(
    "the history lacks commit 00d7147; in a shallow clone: git fetch --unshallow",
  );
});
