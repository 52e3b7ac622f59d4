import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { MINIKUBES_PROFILE } from "../common/minikubes-profile.ts";
import { portsVariable } from "./cluster/node-ports.ts";
import { isBelow, type Paths } from "./machine/paths.ts";
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
  const profile = state.profile ?? MINIKUBES_PROFILE;
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
  Object.assign(variables, withoutProxy(state, env));
  if (state.pulumiHome) variables.PULUMI_HOME = state.pulumiHome;
  if (state.baseContext) variables.ONLINE_INFERENCE_BASE_CONTEXT = state.baseContext;
  for (const [flag, value] of Object.entries(state.startFlags ?? {})) {
    variables[`MINIKUBE_${flag.replaceAll("-", "_").toUpperCase()}`] = flag === "ports" ? portsVariable(value) : value;
  }
  return variables;
}

const PROXIES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
/** Kubernetes' own Services in every profile of minikube. */
const SERVICES = "10.96.0.0/12";

/**
 * Where there is a proxy: the addresses that are asked without it, the node's among them, since kubectl, minikube and Pulumi's
 * plugins would ask a company's proxy for it. What the user has listed stays.
 */
function withoutProxy({ nodeAddress }: MachineState, env: NodeJS.ProcessEnv): Record<string, string> {
  if (!PROXIES.some((name) => env[name])) return {};
  const listed = (env.NO_PROXY || env.no_proxy || "").split(",").map((one) => one.trim());
  const own = ["localhost", "127.0.0.1", "::1", SERVICES, nodeAddress ?? ""];
  const all = [...new Set([...listed, ...own])].filter(Boolean).join(",");
  return { NO_PROXY: all, no_proxy: all };
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
  return isBelow(process.execPath, paths.cache) ? [folder] : [];
}

function withFirst(folders: readonly string[], path: string): string {
  const rest = path.split(":").filter((folder) => folder && !folders.includes(folder));
  return [...folders, ...rest].join(":");
}
