import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folders that set-up reads and writes, as absolute paths. */
export interface Paths {
  /** The checkout. */
  readonly project: string;
  /** Everything that set-up makes. All of it but `state` may be deleted at any time. */
  readonly cache: string;
  /** Commands for the user's PATH: links to downloaded and built tools. */
  readonly bin: string;
  /** Pulumi's local backend. */
  readonly state: string;
  /** Pulumi home in the cache, used only if the official plugins cannot be downloaded. */
  readonly pulumiHome: string;
  /** minikube's own folder, as minikube itself resolves it. */
  readonly minikubeHome: string;
  readonly logs: string;
}

/** Resolves the folders from the environment; XDG_CACHE_HOME and MINIKUBE_HOME count, as for other programs. */
export function resolvePaths(env: NodeJS.ProcessEnv = process.env): Paths {
  const cache = join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "online-inference");
  return {
    project: dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
    cache,
    bin: join(cache, "bin"),
    state: join(cache, "state"),
    pulumiHome: join(cache, "pulumi-home"),
    minikubeHome: minikubeHome(env.MINIKUBE_HOME),
    logs: join(cache, "log"),
  };
}

function minikubeHome(configured: string | undefined): string {
  if (!configured) return join(homedir(), ".minikube");
  return basename(configured) === ".minikube" ? configured : join(configured, ".minikube");
}
