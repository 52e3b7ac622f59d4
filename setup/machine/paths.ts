import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../../start/cache-folder.ts";

/** The folders that set-up reads and writes, as absolute paths. */
export interface Paths {
  /** The checkout. */
  readonly project: string;
  /** What can be made again: all of it may be deleted at any time. */
  readonly cache: string;
  /** What cannot: the stacks' state, and what set-up decided. */
  readonly home: string;
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

const OWN = "online-inference";

/**
 * Resolves the folders from the environment; XDG_CACHE_HOME, XDG_STATE_HOME and MINIKUBE_HOME count, as for other programs.
 * Pulumi.yaml names the state's folder as well, without XDG_STATE_HOME, for whoever has not set `bin/lab env`.
 */
export function resolvePaths(env: NodeJS.ProcessEnv = process.env): Paths {
  const cache = cacheFolder(env);
  const home = join(xdgFolder(env.XDG_STATE_HOME) ?? join(homedir(), ".local", "state"), OWN);
  return {
    project: dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
    cache,
    home,
    bin: join(cache, "bin"),
    state: join(home, "pulumi"),
    pulumiHome: join(cache, "pulumi-home"),
    minikubeHome: minikubeHome(env.MINIKUBE_HOME),
    logs: join(cache, "log"),
  };
}

/** Whether a file lies in a folder. Either may be named by a link, as where HOME is one: Node.js tells only where its own file really is. */
export const isBelow = (file: string, folder: string): boolean =>
  [folder, existsSync(folder) ? realpathSync(folder) : folder].some((one) => file.startsWith(join(one, sep)));

/** The XDG Base Directory Specification has relative paths ignored. */
const xdgFolder = (configured: string | undefined): string | undefined =>
  configured && isAbsolute(configured) ? configured : undefined;

function minikubeHome(configured: string | undefined): string {
  if (!configured) return join(homedir(), ".minikube");
  return basename(configured) === ".minikube" ? configured : join(configured, ".minikube");
}
