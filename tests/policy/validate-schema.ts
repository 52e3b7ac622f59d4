import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { pins } from "../../setup/tools/pins.ts";
import { pythonPackages } from "../python.ts";

const REQUIREMENTS = join(import.meta.dirname, "requirements.txt");
/** The schemas' versions have no patch level. */
const KUBERNETES = pins.kubernetes.split(".").slice(0, 2).join(".");

/**
 * Validates manifests against the Kubernetes API's own schemas, and allows no unknown field. It needs Python and, the first time,
 * PyPI. Returns one line for each invalid manifest, and for each whose kind has no schema.
 */
export async function schemaViolations(manifests: readonly object[]): Promise<string[]> {
  const python = join(await pythonPackages("kubernetes-validate", REQUIREMENTS), "python");
  const scratch = await mkdtemp(join(tmpdir(), "online-inference-manifests-"));
  try {
    const file = join(scratch, "manifests.yaml");
    // Every JSON document is valid YAML.
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
