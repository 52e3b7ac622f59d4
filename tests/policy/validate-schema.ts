import { createHash } from "node:crypto";
import { access, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { resolvePaths } from "../../setup/paths.ts";
import { pins } from "../../setup/pins.ts";

const REQUIREMENTS = join(import.meta.dirname, "requirements.txt");
/** The schemas bear no patch level. */
const KUBERNETES = pins.kubernetes.split(".").slice(0, 2).join(".");

/**
 * Holds manifests against the Kubernetes API's own schemas, in which no unknown field is allowed; needs Python and, the
 * first time, PyPI. Returns one line for each manifest that is wrong, and for each whose kind has no schema.
 */
export async function schemaViolations(manifests: readonly object[]): Promise<string[]> {
  const python = await ensureValidator();
  const scratch = await mkdtemp(join(tmpdir(), "online-inference-manifests-"));
  try {
    const file = join(scratch, "manifests.yaml");
    // JSON is YAML.
    await writeFile(file, manifests.map((manifest) => `---\n${JSON.stringify(manifest)}\n`).join(""));
    const args = ["-m", "kubernetes_validate", "--strict", "--kubernetes-version", KUBERNETES, file];
    const { stdout, stderr } = await execa(python, args, { reject: false, stdin: "ignore" });
    const lines = stdout.split("\n").filter(Boolean);
    if (lines.length !== manifests.length) throw new Error(`kubernetes-validate broke off: ${stdout}${stderr}`);
    return lines.filter((line) => !line.startsWith("INFO ")).map((line) => line.replace(`${file} `, ""));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Returns the Python of a virtual environment with kubernetes-validate, made once and whole or not at all. */
async function ensureValidator(): Promise<string> {
  const key = createHash("sha256")
    .update(await readFile(REQUIREMENTS))
    .digest("hex")
    .slice(0, 12);
  const folder = join(resolvePaths().cache, `kubernetes-validate-${key}`);
  const python = join(folder, "bin", "python");
  if (await exists(python)) return python;
  const scratch = `${folder}.${process.pid}.part`;
  try {
    await execa("python3", ["-m", "venv", scratch]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"];
    await execa(join(scratch, "bin", "python"), [...pip, "-r", REQUIREMENTS]);
    await rename(scratch, folder).catch(async (error) => {
      // Another process was quicker.
      if (!(await exists(python))) throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return python;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
