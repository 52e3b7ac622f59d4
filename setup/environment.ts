import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { portsVariable } from "./cluster/node-ports.ts";
import { STANDARD_PROFILE } from "./cluster/profile.ts";
import type { Paths } from "./machine/paths.ts";
import type { MachineState } from "./machine-state.ts";

/** The minikube profile for whoever names none; stacks/program/config.ts reads it as well. */
export const PROFILE_VARIABLE = "ONLINE_INFERENCE_PROFILE";
/** The kubeconfig context of the lab's profile, for kubectl. */
const CONTEXT_VARIABLE = "LAB_CONTEXT";

/** The variables with which plain `pulumi`, `minikube` and `kubectl` do the same as `bin/lab`. */
export function labEnvironment(
  paths: Paths,
  state: MachineState,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const profile = state.profile ?? STANDARD_PROFILE;
  const variables: Record<string, string> = {
    PATH: withFirst([paths.bin, ...ownNode(paths)], env.PATH ?? ""),
    PULUMI_BACKEND_URL: pathToFileURL(paths.state).href,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The program itself checks config, and a destroy does not run it. Pulumi's own check of types would also refuse a destroy.
    PULUMI_OPTION_SKIP_CONFIG_VALIDATION: "true",
    MINIKUBE_WANTUPDATENOTIFICATION: "false",
    [PROFILE_VARIABLE]: profile,
    [CONTEXT_VARIABLE]: profile,
    // Helm used by hand talks to the lab's profile, as the stacks do, whatever the current context is.
    HELM_KUBECONTEXT: chosenHelmContext(env) ?? profile,
  };
  // The stack files hold the salt of the empty passphrase. A user who keeps credentials in them has set another passphrase.
  if (env.PULUMI_CONFIG_PASSPHRASE === undefined && env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined) {
    variables.PULUMI_CONFIG_PASSPHRASE = "";
  }
  if (state.pulumiHome) variables.PULUMI_HOME = state.pulumiHome;
  if (state.baseContext) variables.ONLINE_INFERENCE_BASE_CONTEXT = state.baseContext;
  for (const [flag, value] of Object.entries(state.startFlags ?? {})) {
    variables[`MINIKUBE_${flag.replaceAll("-", "_").toUpperCase()}`] = flag === "ports" ? portsVariable(value) : value;
  }
  return variables;
}

/** The context that the user gave helm; one that these variables gave it in an earlier shell is none. */
const chosenHelmContext = (env: NodeJS.ProcessEnv): string | undefined =>
  env.HELM_KUBECONTEXT === env[CONTEXT_VARIABLE] ? undefined : env.HELM_KUBECONTEXT;

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
