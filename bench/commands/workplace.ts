import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { UserError } from "../../common/user-error.ts";

/** A backend of Pulumi for these measurements alone, and its stacks. */
export interface Workplace {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Salt of the empty passphrase, as in every stack file of the lab. */
const SALT = "v1:0DdepLLcF6E=:v1:EJbPSQIztA9bkXnf:+uxZFDcdya+5kGycKUVq1Myymwp1Cg==";

const NPM_COMMANDS = join("node_modules", ".bin");

/** Makes an empty backend in a temporary folder; `eval "$(bin/lab env)"` has brought the rest of the environment. */
export async function openWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), "bench-commands-"));
  const state = join(folder, "state");
  await mkdir(state);
  // npm puts the commands of packages first, among them one that only looks for the real pulumi.
  const PATH = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((one) => !one.endsWith(NPM_COMMANDS))
    .join(delimiter);
  return { folder, env: { PATH, PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE: "" } };
}

export const closeWorkplace = ({ folder }: Workplace): Promise<void> => rm(folder, { recursive: true, force: true });

/** Runs a command and gives what it prints; throws with all that it said where it fails. */
export async function run(
  [file = "", ...args]: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<string> {
  const { input = "", ...rest } = options;
  const result = await execa(file, args, { ...rest, input, all: true, reject: false });
  if (result.failed) throw new UserError(`${file} ${args.join(" ")} failed:\n${result.all || result.message}`);
  return result.stdout;
}

/** A stack of a Pulumi project under config of its own, none of which is written into the checkout. */
export interface Stack {
  readonly pulumi: (args: readonly string[], values?: Readonly<Record<string, string>>) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** Makes a stack in the workplace. `project` is the folder of its Pulumi.yaml, `name` that file's name. */
export async function newStack(
  { folder, env }: Workplace,
  project: { readonly folder: string; readonly name: string },
  stack: string,
  config: Readonly<Record<string, string>>,
): Promise<Stack> {
  const fileFor = async (values: Readonly<Record<string, string>>): Promise<string> => {
    const file = join(folder, `Pulumi.${stack}.yaml`);
    const lines = Object.entries({ ...config, ...values }).map(
      ([key, value]) => `  ${project.name}:${key}: "${value}"`,
    );
    await writeFile(file, [`encryptionsalt: ${SALT}`, "config:", ...lines, ""].join("\n"));
    return file;
  };
  const pulumi: Stack["pulumi"] = async ([command = "", ...args], values = {}) => {
    const file = await fileFor(values);
    await run(["pulumi", command, "--stack", stack, "--config-file", file, "--non-interactive", ...args], {
      cwd: project.folder,
      env,
    });
  };
  await run(["pulumi", "stack", "init", stack, "--no-select", "--non-interactive"], { cwd: project.folder, env });
  await rm(join(project.folder, `Pulumi.${stack}.yaml`), { force: true });
  return { pulumi, remove: () => pulumi(["destroy", "--yes", "--skip-preview"]) };
}
