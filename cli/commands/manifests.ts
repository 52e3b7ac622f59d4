import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { UserError } from "../../common/user-error.ts";
import type { Manifest } from "../../kubernetes/manifest.ts";
import type { LabConfig } from "../../stacks/program/config.ts";
import { declaredManifests } from "../../stacks/program/prepare.ts";
import { KUBERNETES_YAML } from "../kubernetes-yaml.ts";
import type { ManifestsRequest } from "./object-arguments.ts";

/** Names of files as the homework has them; other experiments go by their own. */
const HOMEWORK_NAMES: Readonly<Record<string, string>> = {
  pod: "pod",
  resources: "pod-resources",
  probes: "pod-probes",
  replicaset: "replicaset",
  "blue-green": "deployment-blue-green",
  rolling: "deployment-rolling-update",
  switch: "deployment-switch",
  recreate: "deployment-recreate",
  canary: "deployment-canary",
};

/** Prints what stacks declare as YAML, or writes a file for each; the exit code. */
export async function manifests({ configs, out }: ManifestsRequest): Promise<number> {
  const files: { readonly path: string; readonly text: string }[] = [];
  for (const config of configs) {
    files.push({
      path: manifestPath(out ?? "", config.stack),
      text: yamlOf(config, await declaredManifests(config)),
    });
  }
  if (out === undefined) {
    console.log(
      files
        .map(({ text }) => text)
        .join("---\n")
        .trimEnd(),
    );
    return 0;
  }
  try {
    await mkdir(out, { recursive: true });
    for (const { path, text } of files) await writeFile(path, text);
  } catch (cause) {
    throw new UserError(
      `-o: got ${out}, into which nothing can be written (${(cause as Error).message}), allowed: a folder.`,
      {
        cause: cause as Error,
      },
    );
  }
  for (const { path } of files) console.log(path);
  return 0;
}

/** Where the file of a stack is written: `manifests/online-inference-pod-probes.yaml` for the stack `probes`. */
export const manifestPath = (folder: string, stack: string): string =>
  join(folder, `online-inference-${HOMEWORK_NAMES[stack] ?? stack}.yaml`);

/** Objects as one file: a line that says what it is, and a document for each object. */
export function yamlOf(
  { stack, experiment }: Pick<LabConfig, "stack" | "experiment">,
  objects: readonly Manifest[],
): string {
  const heading = `# ${experiment.title}. ${experiment.question}\n# Written by: bin/lab manifests ${stack}\n`;
  const options = { ...KUBERNETES_YAML, lineWidth: 0, aliasDuplicateObjects: false };
  const documents = objects.map((object) => stringify(plain(object), options));
  return `${heading}${documents.join("---\n")}`;
}

/** The object without what only Pulumi reads. */
function plain(object: Manifest): unknown {
  const { annotations, ...metadata } = object.metadata as Manifest["metadata"] & {
    annotations?: Record<string, string>;
  };
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !key.startsWith("pulumi.com/"));
  // Keys in the order in which people write them.
  const { apiVersion, kind, metadata: _, ...rest } = object;
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) },
    ...rest,
  };
}
