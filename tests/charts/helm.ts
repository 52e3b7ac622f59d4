import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { parseAllDocuments } from "yaml";
import { realOutside } from "../../setup/machine/outside.ts";
import { resolvePaths } from "../../setup/machine/paths.ts";
import { goBuilder } from "../../setup/tools/from-source.ts";
import { inspectTool } from "../../setup/tools/tools.ts";

/** The chart under test. */
export const chart = fileURLToPath(new URL("../../charts", import.meta.url));

/** Names another helm command to test with, such as one of Helm 4. */
const OTHER_HELM = "CHART_TEST_HELM";

/** Finds the helm command like the lab, on PATH or in the lab's cache. */
async function findHelm(): Promise<string> {
  const other = process.env[OTHER_HELM];
  if (other) return other;
  const outside = realOutside();
  const paths = resolvePaths();
  const builder = goBuilder(outside, paths, {
    note: () => undefined,
    during: (_what, _seconds, work) => work(() => undefined),
  });
  const helm = await inspectTool({ outside, paths, builder }, "helm");
  if (helm.way !== "missing") return helm.path;
  throw new Error(`the helm command is not here${helm.found ? `, but ${helm.found}` : ""}: run bin/lab up helm`);
}

let found: Promise<string> | undefined;

/** Runs helm with values on its standard input, for `--values -`; never throws. */
export async function helm(args: readonly string[], values: object = {}) {
  found ??= findHelm();
  return execa(await found, args, { input: JSON.stringify(values), reject: false, all: true });
}

/** The output of `helm template` for our chart, or another one, under values. */
export async function template(values: object = {}, release = "prediction-service", of = chart): Promise<string> {
  const { stdout, stderr, exitCode } = await helm(["template", release, of, "--values", "-"], values);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

/**
 * The notes of our chart under values. Helm shows notes only where it installs, so that a copy of the chart has them in an object.
 */
export async function notes(values: object = {}, release = "x"): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "online-inference-notes-"));
  try {
    await cp(chart, copy, { recursive: true });
    const include = '{{ include (print .Template.BasePath "/NOTES.txt") . | toJson }}';
    await writeFile(join(copy, "templates", "notes.yaml"), `kind: Notes\nmetadata: {name: notes}\nnotes: ${include}\n`);
    return only<{ readonly notes: string }>(await render(values, release, copy), "Notes").notes;
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** An object that the chart makes, with the fields that all kinds have. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** The objects that our chart, or another one, makes under values. */
export async function render(values: object = {}, release?: string, of?: string): Promise<readonly Rendered[]> {
  // The client's own reader would drop fields that its types do not have. Helm reads YAML 1.1.
  const documents = parseAllDocuments(await template(values, release, of), { strict: true, version: "1.1" });
  return documents.map((document) => document.toJS() as Rendered);
}

/** The only object of a kind; the caller states its type. */
export function only<Kind>(objects: readonly Rendered[], kind: string): Kind & Rendered {
  const [object, ...more] = objects.filter((candidate) => candidate.kind === kind);
  if (!object || more.length > 0) throw new Error(`${more.length + (object ? 1 : 0)} objects of kind ${kind}`);
  return object as Kind & Rendered;
}
