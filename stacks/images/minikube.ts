import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../common/user-error.ts";
import { cacheFolder } from "../../start/cache-folder.ts";
import type { AskDocker, DockerEndpoint } from "./docker.ts";
import { type DockerMemory, dockerMemory } from "./docker-memory.ts";

/** Runs minikube with arguments and resolves with its standard output; rejects as `execFile` does. */
export type RunMinikube = (args: readonly string[]) => Promise<string>;

type ProfileConfig = {
  readonly Nodes?: readonly unknown[];
  readonly KubernetesConfig?: { readonly ContainerRuntime?: string };
};

type Profile = { readonly Name: string; readonly Config?: ProfileConfig };

/** How minikube is asked, and what spares the question. */
export type MinikubeEffects = {
  readonly run: RunMinikube;
  /** The text of minikube's own file of a profile; undefined where there is none. */
  readonly profileFile: (profile: string) => Promise<string | undefined>;
  readonly memory: DockerMemory;
};

/**
 * Asks minikube for the docker daemon inside a profile's node. The answer is undefined if images are `pushed` and pods cannot
 * run images straight from that daemon, as in a profile of several nodes or of another container runtime.
 * @throws {UserError} if minikube is missing; if the profile is missing or stopped; or if images are not pushed and pods cannot run
 * them from the daemon.
 */
export async function minikubeDocker(
  profile: string,
  pushed: boolean,
  { run, profileFile, memory }: MinikubeEffects,
): Promise<DockerEndpoint | undefined> {
  const fromFile = configIn(await profileFile(profile));
  // Where the file says that pods can run images from the daemon, the rest is the daemon's affair.
  const obstacle = fromFile && !obstacleTo(fromFile) ? undefined : obstacleTo((await findProfile(profile, run)).Config);
  if (obstacle) {
    if (pushed) return undefined;
    throw new UserError(`minikube profile ${profile}: got ${obstacle}. ${startAnother}`);
  }
  const recalled = await memory.recall(profile);
  if (recalled) return recalled;
  const question = ["--profile", profile, "docker-env", "--shell", "none", "--output", "json"];
  const text = await run(question).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") throw missing(cause);
    const message = `minikube profile ${profile} is not running. Start it: "bin/lab up pod" (or "minikube start -p ${profile}").`;
    throw new UserError(message, { cause });
  });
  const { DOCKER_HOST: host, DOCKER_CERT_PATH: certPath } = JSON.parse(text) as Record<string, string>;
  if (host?.startsWith("tcp://") && certPath) {
    await memory.remember(profile, { host, certPath });
    return { host, certPath };
  }
  throw new UserError(
    `minikube profile ${profile}: got the docker host ${JSON.stringify(host)}, allowed: tcp://host:port with ` +
      `certificates. ${startAnother}`,
  );
}

/** The profile list comes before `minikube docker-env`, which on containerd starts daemons and agents before it answers. */
async function findProfile(profile: string, run: RunMinikube): Promise<Profile> {
  const text = await run(["profile", "list", "--light", "--output", "json"]).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") throw missing(cause);
    throw new UserError(`minikube fails: ${lastLine(cause)}. See "bin/lab doctor".`, { cause });
  });
  const { valid = [] } = JSON.parse(text) as { valid?: readonly Profile[] };
  const found = valid.find(({ Name }) => Name === profile);
  if (found) return found;
  const names = valid.map(({ Name }) => Name).join(", ") || "none yet";
  throw new UserError(
    `minikube has no profile ${profile}, only: ${names}. Start it: "bin/lab up pod" ` +
      `(or "minikube start -p ${profile} --container-runtime=docker").`,
  );
}

function missing(cause: Error): UserError {
  const next = `Run "bin/lab up pod", which brings it, or put it there: eval "$(bin/lab env)".`;
  return new UserError(`minikube is missing: it is not on the PATH. ${next}`, { cause });
}

/** Why pods cannot run images from the node's daemon, as "got …, allowed …"; undefined if they can. */
function obstacleTo(Config: ProfileConfig | undefined): string | undefined {
  const runtime = Config?.KubernetesConfig?.ContainerRuntime;
  if (runtime !== "docker") {
    return `the container runtime ${runtime}, allowed without config registry: docker, because the node's own daemon builds the image`;
  }
  const nodes = Config?.Nodes?.length ?? 1;
  if (nodes > 1)
    return `${nodes} nodes, allowed without config registry: 1, because the image is only in the daemon that built it`;
  return undefined;
}

/** What minikube's file of a profile holds; undefined where it cannot be read as such. */
function configIn(text: string | undefined): ProfileConfig | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as ProfileConfig);
  } catch {
    return undefined;
  }
}

/** The file that `minikube profile list` reads. */
async function readProfileFile(profile: string): Promise<string | undefined> {
  return readFile(join(minikubeHome(process.env), "profiles", profile, "config.json"), "utf8").catch(() => undefined);
}

/** Minikube's own folder; MINIKUBE_HOME counts as minikube has it. */
function minikubeHome({ MINIKUBE_HOME: home }: NodeJS.ProcessEnv): string {
  return home && basename(home) === ".minikube" ? home : join(home || homedir(), ".minikube");
}

const startAnother = `Take another profile, which bin/lab makes: "bin/lab up pod --profile online-inference".`;

const lastLine = (error: Error): string => error.message.trim().split("\n").at(-1) ?? "";

/** The real effects; `ask` is how a remembered daemon is asked who it is. */
export const minikubeEffects = (ask: AskDocker): MinikubeEffects => ({
  run: runMinikube,
  profileFile: readProfileFile,
  memory: dockerMemory(minikubeHome(process.env), cacheFolder(process.env), ask),
});

const execute = promisify(execFile);

async function runMinikube(args: readonly string[]): Promise<string> {
  // A minikube that does not answer within a minute hangs; without the limit the program would hang as well.
  const { stdout } = await execute("minikube", [...args], { timeout: 60_000 });
  return stdout;
}
