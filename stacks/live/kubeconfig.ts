import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve, sep } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";

/** The lists of named entries of a kubeconfig, and the context that it selects. */
type Parts = Pick<KubeConfig, "clusters" | "users" | "contexts"> & { readonly currentContext: string | undefined };

const NOTHING: Parts = { clusters: [], users: [], contexts: [], currentContext: undefined };

/**
 * Fills an empty kubeconfig as kubectl does: from the files of KUBECONFIG, or else from `~/.kube/config`, or else from the pod's
 * service account. Of several files the first one that has an entry of a name wins, and so does the first one that selects a
 * context; files that do not exist are passed over. Relative paths in a file are relative to that file.
 *
 * Example: KUBECONFIG=dev:none:prod, where dev and prod have a context of their own name each, and select it. The kubeconfig has
 * both contexts, and selects dev.
 *
 * @throws {Error} where a file cannot be read or is no kubeconfig, or KUBECONFIG names files of which none exists.
 */
export function loadDefaultKubeconfig(config: KubeConfig): void {
  const files = defaultFiles();
  if (files.length === 0) {
    config.loadFromDefault();
    return;
  }
  const found = files.filter((file) => existsSync(file));
  if (found.length === 0) throw new Error(`ENOENT: no such file or directory: ${files.join(", ")}`);
  const read = found.map((file) => partsOf(config, file));
  const merged: Parts = {
    clusters: firstOfEachName(read.flatMap(({ clusters }) => clusters)),
    users: firstOfEachName(read.flatMap(({ users }) => users)),
    contexts: firstOfEachName(read.flatMap(({ contexts }) => contexts)),
    currentContext: read.find(({ currentContext }) => currentContext)?.currentContext,
  };
  config.loadFromOptions(merged);
}

/**
 * Fills an empty kubeconfig from one file. Relative paths in it are relative to that file.
 * @throws {Error} where it cannot be read or is no kubeconfig.
 */
export const loadKubeconfigFile = (config: KubeConfig, file: string): void =>
  config.loadFromOptions(partsOf(config, file));

function defaultFiles(): readonly string[] {
  const { KUBECONFIG = "", HOME } = process.env;
  const named = KUBECONFIG.split(delimiter).filter(Boolean);
  if (named.length > 0) return named;
  return HOME ? [join(HOME, ".kube", "config")].filter((file) => existsSync(file)) : [];
}

/** Reads one file by means of `config`, and leaves its entries there. */
function partsOf(config: KubeConfig, file: string): Parts {
  const text = readFileSync(file, "utf8");
  // kubectl takes an empty file for a kubeconfig without entries; the client fails on it.
  if (text.trim() === "") return NOTHING;
  const folder = resolve(dirname(file));
  parse(config, text);
  config.makePathsAbsolute(folder);
  const users = config.users.map((user) => (user.exec ? { ...user, exec: pluginOf(user.exec, folder) } : user));
  const currentContext = config.getCurrentContext() as string | undefined;
  return { clusters: config.clusters, users, contexts: config.contexts, currentContext };
}

/** The parser quotes the lines around a fault below its first line, and a kubeconfig has credentials in its lines. */
function parse(config: KubeConfig, text: string): void {
  try {
    config.loadFromString(text);
  } catch (error) {
    const [what] = (error as Error).message.split("\n");
    throw new Error(what);
  }
}

/** A credential plugin whose command is absolute; a plain name is looked up in PATH. */
const pluginOf = (exec: { readonly command?: string }, folder: string) =>
  exec.command?.includes(sep) ? { ...exec, command: resolve(folder, exec.command) } : exec;

const firstOfEachName = <T extends { readonly name: string }>(entries: readonly T[]): T[] =>
  entries.filter(({ name }, index) => entries.findIndex((one) => one.name === name) === index);
