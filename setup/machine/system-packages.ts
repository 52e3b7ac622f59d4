import { isAbsolute } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { internetSite, type Outside } from "./outside.ts";
import type { Report } from "./progress.ts";

/** Installs missing Debian packages; `commands` maps a command, or a file's absolute path, to its package. */
export async function ensureSystemPackages(
  outside: Outside,
  commands: Readonly<Record<string, string>>,
  report: Report,
): Promise<void> {
  const missing = await missingPackages(outside, commands);
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (!(await outside.which("apt-get"))) {
    throw new UserError(
      `missing: ${missing.join(", ")}. This system has no apt-get: install them with its own package manager.`,
    );
  }
  if (!outside.isRoot) throw new UserError(`missing: ${missing.join(", ")}. Installing needs root: sudo ${command}`);
  await report.during(`installing Debian packages ${missing.join(" ")}`, 40, async () => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await outside.run("apt-get", ["update", "-q"], { env });
    const result = await outside.run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...missing], {
      env,
    });
    if (result.exitCode !== 0) {
      throw new UserError(
        `apt-get failed: ${result.stderr.trim().split("\n").slice(-3).join(" ")}. By hand: ${command}`,
      );
    }
  });
}

/** The packages of commands that are not on PATH, and of files that do not exist. */
async function missingPackages(outside: Outside, commands: Readonly<Record<string, string>>): Promise<string[]> {
  const missing = new Set<string>();
  for (const [command, name] of Object.entries(commands)) {
    const there = isAbsolute(command) ? await outside.exists(command) : await outside.which(command);
    if (!there) missing.add(name);
  }
  return [...missing];
}

/** Programs that draw pages as Chromium does, by their names and places. */
const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const BROWSER_PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The browser for the tests of pages: the one that CHROMIUM names, or one that is installed; undefined where there is none. */
export async function findBrowser(outside: Outside, chosen = process.env.CHROMIUM): Promise<string | undefined> {
  if (chosen) return chosen;
  for (const name of BROWSERS) {
    const found = await outside.which(name);
    if (found) return found;
  }
  for (const place of BROWSER_PLACES) if (await outside.exists(place)) return place;
  return undefined;
}

/**
 * Installs packages that only the tests use: certificates, BusyBox, a browser unless there is one, Python with venv for the fuzzer, and a
 * registry where its published image cannot be pulled. Returns what tells the tests where the browser is.
 */
export async function ensureTestPackages(outside: Outside, report: Report): Promise<{ readonly CHROMIUM?: string }> {
  const browser = await findBrowser(outside);
  const commands = {
    ...(!(await outside.reachable(internetSite)) && { "docker-registry": "docker-registry" }),
    openssl: "openssl",
    ...(outside.platform === "linux" && { busybox: "busybox" }),
    ...(browser === undefined && { chromium: "chromium" }),
    python3: "python3",
  };
  await ensureSystemPackages(outside, commands, report);
  // On Debian python3 alone cannot put pip into a venv. The package that can has no command by which to find it.
  const venv = await outside.run("python3", ["-c", "import ensurepip, venv"]);
  if (venv.exitCode !== 0) await ensureSystemPackages(outside, { "python3's ensurepip": "python3-venv" }, report);
  const found = browser ?? (await findBrowser(outside));
  return found === undefined ? {} : { CHROMIUM: found };
}
