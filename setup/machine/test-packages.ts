import type { Outside } from "./outside.ts";
import type { Report } from "./progress.ts";
import { ensureSystemPackages } from "./system-packages.ts";

/** Brings what only the tests use: a registry to push to, certificates, a browser, and Python with venv for the fuzzer. */
export async function ensureTestPackages(outside: Outside, report: Report): Promise<void> {
  const commands = {
    "docker-registry": "docker-registry",
    openssl: "openssl",
    chromium: "chromium",
    python3: "python3",
  };
  await ensureSystemPackages(outside, commands, report);
  // Debian keeps the half of venv that installs pip in a package without a command of its own.
  const venv = await outside.run("python3", ["-c", "import ensurepip, venv"]);
  if (venv.exitCode !== 0) await ensureSystemPackages(outside, { "python3's ensurepip": "python3-venv" }, report);
}
