import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../common/user-error.ts";
import type { StartFlags } from "./cluster/cluster.ts";
import type { Paths } from "./machine/paths.ts";

/** Decisions of set-up that later commands need; it is kept as a file in the cache. */
export interface MachineState {
  /** Pulumi home in the lab's cache; absent if Pulumi uses the user's own, with the official plugins. */
  readonly pulumiHome?: string;
  /** Build context of the service's base image; absent if an image registry is reached. */
  readonly baseContext?: string;
  /** Flags that make the cluster again; absent if minikube's own defaults make it. */
  readonly startFlags?: StartFlags;
}

const fileName = "machine.json";

/** Writes the decisions of set-up. */
export async function saveMachineState(paths: Paths, state: MachineState): Promise<void> {
  await mkdir(paths.cache, { recursive: true });
  const file = join(paths.cache, fileName);
  await writeFile(`${file}.new`, JSON.stringify(state, undefined, 2));
  await rename(`${file}.new`, file);
}

/** Reads the decisions of set-up; undefined if it has not run on this machine. */
export async function loadMachineState(paths: Paths): Promise<MachineState | undefined> {
  const text = await readFile(join(paths.cache, fileName), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as MachineState);
}

/**
 * Like `loadMachineState`, for commands that need the decisions.
 * @throws {UserError} if set-up has not run on this machine.
 */
export async function requireMachineState(paths: Paths): Promise<MachineState> {
  const state = await loadMachineState(paths);
  if (!state) throw new UserError("this machine is not set up yet. Run: bin/lab up pod");
  return state;
}

/** The variables with which plain `pulumi`, `minikube` and `kubectl` do the same as `bin/lab`. */
export function labEnvironment(
  paths: Paths,
  state: MachineState,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const variables: Record<string, string> = {
    PATH: withFirst([paths.bin, ...ownNode(paths)], env.PATH ?? ""),
    PULUMI_BACKEND_URL: pathToFileURL(paths.state).href,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The program itself checks config, and a destroy does not run it. Pulumi's own check of types would also refuse a destroy.
    PULUMI_OPTION_SKIP_CONFIG_VALIDATION: "true",
    MINIKUBE_WANTUPDATENOTIFICATION: "false",
    // Helm used by hand talks to minikube, as the stacks do, whatever the current context is.
    HELM_KUBECONTEXT: env.HELM_KUBECONTEXT ?? "minikube",
  };
  // The stack files hold the salt of the empty passphrase. A user who keeps credentials in them has set another passphrase.
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

/** The folder of the Node.js in the lab's cache, if that one runs this; an installed Node.js is on PATH already. */
function ownNode(paths: Paths): string[] {
  const folder = dirname(process.execPath);
  return folder.startsWith(paths.cache) ? [folder] : [];
}

function withFirst(folders: readonly string[], path: string): string {
  const rest = path.split(":").filter((folder) => folder && !folders.includes(folder));
  return [...folders, ...rest].join(":");
}
