import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NODE_PORTS, TAKEN_NODE_PORTS } from "../../common/lab-node-ports.ts";
import { UserError } from "../../common/user-error.ts";
import { experiments } from "../../stacks/index.ts";
import { freeNodePort, newExperiment, requireNewName } from "../../stacks/template/scaffold.ts";
import { writeTogether } from "./write-together.ts";

/* npm run new-experiment NAME: makes an experiment of stacks/template/template.ts, and enters it where it belongs. */

const project = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFile(join(project, path), "utf8");

/** Files that bear the name, tests left aside: of two files of one name nobody knows which is meant. */
async function filesNamed(name: string): Promise<string[]> {
  const exclude = (path: string) => /(^|\/)(node_modules|tests|reports|build)$/.test(path);
  const files: string[] = [];
  for await (const file of glob([`**/${name}.ts`, `Pulumi.${name}.yaml`], { cwd: project, exclude })) files.push(file);
  return files.sort();
}

async function main(names: readonly string[]): Promise<void> {
  const [name, ...more] = names;
  if (more.length > 0) throw new UserError(`name: got ${names.join(" ")}, allowed: one name`);
  const isName = name !== undefined && /^[\w-]+$/.test(name);
  requireNewName(name, isName ? await filesNamed(name) : []);
  const taken = [...TAKEN_NODE_PORTS, ...Object.values(experiments).map(({ nodePort }) => nodePort)];
  const nodePort = freeNodePort(taken, NODE_PORTS);
  const files = newExperiment(name, nodePort, {
    template: await read("stacks/template/template.ts"),
    index: await read("stacks/index.ts"),
    readme: await read("README.md"),
    stackFile: await read("Pulumi.pod.yaml"),
  });
  await writeTogether(new Map([...files].map(([path, text]) => [join(project, path), text])));
  console.log(`experiment ${name}, NodePort ${nodePort}: ${[...files.keys()].join(", ")}
Next: say in stacks/${name}.ts what it asks, does and claims. Then write down its settings and its manifests, and read them:

  npm run settings
  npx vitest run --project unit tests/stacks/manifests.test.ts -u

See it: bin/lab observe ${name}. Before you commit: a lane in tests/cluster/experiments.cluster.test.ts, npm run qa.`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}
