import { UserError } from "../../common/user-error.ts";

/** Texts of a checkout: the template of a new experiment, and the files that get an entry for it. */
export type CheckoutTexts = {
  /** stacks/template/template.ts */
  readonly template: string;
  /** stacks/index.ts */
  readonly index: string;
  readonly readme: string;
  /** The file of any stack: its encryption salt belongs to the empty passphrase and serves the new stack as well. */
  readonly stackFile: string;
};

/** Names that `bin/lab` uses itself: `all` for all experiments, `dev` for the playground. */
const RESERVED = ["all", "dev"];
/** At most 40 characters, so that the name fits into the namespace `online-inference-NAME` and into a line of an import. */
const NAME = /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Checks the name of a new experiment; `existing` are the paths of files that have this name already.
 * @throws {UserError} that says what is allowed.
 */
export function requireNewName(name: string | undefined, existing: readonly string[]): asserts name is string {
  const wrong = (why: string) =>
    new UserError(`name: got ${JSON.stringify(name ?? "")}, ${why}, for example: npm run new-experiment slow-start`);
  if (name === undefined || !NAME.test(name)) {
    throw wrong("allowed: at most 40 lower-case letters, digits and single hyphens, a letter first");
  }
  if (RESERVED.includes(name)) throw wrong(`allowed: any but ${RESERVED.join(", ")}, which bin/lab takes for its own`);
  if (existing.length > 0) throw wrong(`allowed: one that is not taken; ${existing.join(", ")} is there`);
}

/**
 * The lowest port of the range that is not taken; both ends belong to the range.
 * @throws {UserError} when all ports are taken.
 */
export function freeNodePort(
  taken: readonly number[],
  { first, last }: { readonly first: number; readonly last: number },
): number {
  for (let port = first; port <= last; port += 1) if (!taken.includes(port)) return port;
  throw new UserError(
    `NodePort: got none, allowed: ${first} to ${last}, which are all taken. Remove an experiment, or widen NODE_PORTS in ` +
      "common/lab-node-ports.ts; minikube profiles that bin/lab makes from then on publish the wider range",
  );
}

/**
 * Makes the files of a new experiment and the changed files that name it, by their paths from the root of the checkout.
 * @throws {UserError} when a text does not have the place at which the experiment is entered.
 */
export function newExperiment(name: string, nodePort: number, texts: CheckoutTexts): ReadonlyMap<string, string> {
  const port = String(nodePort).replace(/(?=\d{3}$)/, "_");
  const code = texts.template
    .replaceAll('"../../', '"../')
    .replaceAll(/"\.\.\/(?=experiment|objects|settings)/g, '"./')
    .replace("export const template =", `export const ${identifierOf(name)} =`)
    .replace("nodePort: 30_059", `nodePort: ${port}`);
  return new Map([
    [`stacks/${name}.ts`, code],
    ["stacks/index.ts", withExperiment(texts.index, name)],
    [`Pulumi.${name}.yaml`, `${found(/^encryptionsalt: .*$/m, texts.stackFile, "Pulumi.pod.yaml")}\n`],
    ["README.md", withSection(texts.readme, name, nodePort)],
  ]);
}

/** `slow-start` becomes slowStartExperiment. The ending keeps it apart from keywords and from the names that the file imports. */
const identifierOf = (name: string): string =>
  `${name.replace(/-(.)/g, (_hyphen, letter: string) => letter.toUpperCase())}Experiment`;

function withExperiment(index: string, name: string): string {
  const identifier = identifierOf(name);
  const line = `import { ${identifier} } from "./${name}.ts";`;
  const imports = index.split("\n").filter((one) => one.startsWith("import "));
  const after = imports.findLast((one) => inOrder.compare(sourceOf(one), `./${name}`) < 0);
  const first = imports[0] ?? "";
  const imported = after ? index.replace(after, `${after}\n${line}`) : index.replace(first, `${line}\n${first}`);
  const list = found(/^export const experiments: .*= \{\n(?: {2}.*\n)*/m, imported, "stacks/index.ts");
  const key = name.includes("-") ? JSON.stringify(name) : name;
  return imported.replace(list, `${list}  ${key}: ${identifier},\n`);
}

/** The order in which Biome sorts imports: `./helm` before `./helm-2` before `./helm-10`. */
const inOrder = new Intl.Collator("en", { numeric: true });

const sourceOf = (line: string): string => /"(.*)\.ts"/.exec(line)?.[1] ?? "";

function withSection(readme: string, name: string, nodePort: number): string {
  const playground = found(/^\| `dev` \|/m, readme, "README.md");
  const next = found(/^## What really happened$/m, readme, "README.md");
  const row = `| \`${name}\` | a Deployment | What happens to users when the release changes? | ${nodePort} |`;
  const up = `pulumi up --yes --stack ${name}`;
  const section = `### ${name}

${block(`${up} -c release=v1`)}
The same again: nothing changes.

${block(up)}
Release v2: what to look at meanwhile, and what users notice.

${block(`${up} -c release=v2`)}`;
  return readme.replace(playground, `${row}\n${playground}`).replace(next, `${section}\n${next}`);
}

/** A block of one line: while Pulumi runs, it swallows lines that were pasted behind it. */
const block = (command: string): string => `\`\`\`sh\n${command}\n\`\`\`\n`;

function found(pattern: RegExp, text: string, file: string): string {
  const [match] = pattern.exec(text) ?? [];
  if (match !== undefined) return match;
  throw new UserError(`${file}: got nothing that matches ${pattern}, where the experiment belongs. git diff ${file}`);
}
