import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../common/user-error.ts";
import type { StartFlags } from "./cluster/cluster.ts";
import type { Paths } from "./machine/paths.ts";

/** What set-up decided on this machine, as far as later commands need it. */
export interface MachineState {
  /** Pulumi's home of our own, where the official plugins cannot be had. */
  readonly pulumiHome?: string;
  /** Build context of the service's base image, where no image registry can be reached. */
  readonly baseContext?: string;
  /** Flags by which the cluster can be made again, where minikube's own defaults would not do. */
  readonly startFlags?: StartFlags;
}

const fileName = "machine.json";

/** Keeps what set-up decided. */
export async function saveMachineState(paths: Paths, state: MachineState): Promise<void> {
  await mkdir(paths.cache, { recursive: true });
  const file = join(paths.cache, fileName);
  await writeFile(`${file}.new`, JSON.stringify(state, undefined, 2));
  await rename(`${file}.new`, file);
}

/** Reads what set-up decided; undefined on a machine that was not set up yet. */
export async function loadMachineState(paths: Paths): Promise<MachineState | undefined> {
  const text = await readFile(join(paths.cache, fileName), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as MachineState);
}

/** As `loadMachineState`, for commands that cannot go on without. */
export async function requireMachineState(paths: Paths): Promise<MachineState> {
  const state = await loadMachineState(paths);
  if (!state) throw new UserError("this machine is not set up yet. Run: bin/lab up pod");
  return state;
}

/** The variables that plain `pulumi`, `minikube` and `kubectl` need in order to do what `bin/lab` does. */
export function labEnvironment(
  paths: Paths,
  state: MachineState,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const variables: Record<string, string> = {
    PATH: withFirst([paths.bin, ...ownNode(paths)], env.PATH ?? ""),
    PULUMI_BACKEND_URL: pathToFileURL(paths.state).href,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // A destroy goes by the state and does not run the program, which says what is wrong with a value. Pulumi's own check of
    // types would refuse a destroy as well.
    PULUMI_OPTION_SKIP_CONFIG_VALIDATION: "true",
    MINIKUBE_WANTUPDATENOTIFICATION: "false",
    // As the stacks do, helm by hand speaks to minikube, whatever context is current.
    HELM_KUBECONTEXT: env.HELM_KUBECONTEXT ?? "minikube",
  };
  // The stack files hold the salt of the empty passphrase; whoever keeps credentials in them has set another one.
  if (env.PULUMI_CONFIG_PASSPHRASE === undefined && env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined) {
    variables.PULUMI_CONFIG_PASSPHRASE = "";
  }
  if (state.pulumiHome) variables.PULUMI_HOME = state.pulumiHome;
  if (state.baseContext) variables.ONLINE_INFERENCE_BASE_CONTEXT = state.baseContext;
  for (const [flag, value] of Object.entries(state.startFlags ?? {})) {
    variables[`MINIKUBE_${flag.replaceAll("-", "_").toUpperCase()}`] = value;
  }
  return variables;
}

/** The variables as lines for a POSIX shell's `eval`. */
export function shellExports(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`)
    .join("\n");
}

/** The folder of a Node.js that was brought for the lab; an installed one is found on PATH, where its folder may stay. */
function ownNode(paths: Paths): string[] {
  const folder = dirname(process.execPath);
  return folder.startsWith(paths.cache) ? [folder] : [];
}

function withFirst(folders: readonly string[], path: string): string {
  const rest = path.split(":").filter((folder) => folder && !folders.includes(folder));
  return [...folders, ...rest].join(":");
}
