import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "./errors.ts";
import type { ImageInputs } from "./inputs.ts";
import { credentialsKey, parseReference } from "./reference.ts";

/** Credentials of a registry, in the fields of docker's X-Registry-Auth header; empty for an anonymous user. */
export interface Credentials {
  username?: string;
  password?: string;
  identitytoken?: string;
  serveraddress?: string;
}

/** Finds the credentials of a registry by its host; undefined if there are none. */
export type CredentialsOf = (host: string) => Promise<Credentials | undefined>;

interface DockerConfig {
  auths?: Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
}

/**
 * Credentials for an image: the program's own for the image's registry, and the machine's docker configuration for every other
 * registry. A password is sent to its own host alone.
 */
export function credentialsFor(image: ImageInputs, env: NodeJS.ProcessEnv): CredentialsOf {
  const { server, username, password } = image.registry;
  const own = registryKey(image);
  return async (host) => {
    const key = credentialsKey(host);
    if (key === own && username !== "" && password !== "") return { username, password, serveraddress: server || key };
    return fromDockerConfig(key, env);
  };
}

/** Credentials of all known registries; the classic builder needs them before it starts. */
export async function allCredentials(image: ImageInputs, env: NodeJS.ProcessEnv): Promise<Record<string, Credentials>> {
  const config = await readDockerConfig(env);
  const own = registryKey(image);
  const keys = [...Object.keys(config.auths ?? {}), ...Object.keys(config.credHelpers ?? {}), ...(own ? [own] : [])];
  const find = credentialsFor(image, env);
  const found = await Promise.all([...new Set(keys.map(credentialsKey))].map(async (key) => [key, await find(key)]));
  return Object.fromEntries(found.filter(([, credentials]) => credentials !== undefined));
}

/** The key of the registry that the program's credentials are for; undefined if the image names no registry. */
function registryKey(image: ImageInputs): string | undefined {
  const server = image.registry.server || parseReference(image.imageName).domain;
  return server === undefined ? undefined : credentialsKey(server);
}

/** A warning if only a user name or only a password is given, because neither is used then; else undefined. */
export function credentialsWarning({ registry }: ImageInputs): string | undefined {
  if ((registry.username === "") === (registry.password === "")) return undefined;
  const [missing, given] = registry.username === "" ? ["username", "password"] : ["password", "username"];
  return `${missing} was not set, although ${given} was; using host credentials file`;
}

async function readDockerConfig(env: NodeJS.ProcessEnv): Promise<DockerConfig> {
  const path = join(env.DOCKER_CONFIG || join(homedir(), ".docker"), "config.json");
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw new UserError(`Cannot read docker's configuration ${path}: ${error.message}`, { cause: error });
  });
  try {
    return JSON.parse(text) as DockerConfig;
  } catch {
    // The parser's message would quote the file, and the file holds credentials.
    throw new UserError(`Docker's configuration ${path} is not valid JSON`);
  }
}

async function fromDockerConfig(key: string, env: NodeJS.ProcessEnv): Promise<Credentials | undefined> {
  const config = await readDockerConfig(env);
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  if (helper) return askHelper(helper, key, env);
  const found = Object.entries(config.auths ?? {}).find(([address]) => credentialsKey(address) === key)?.[1];
  if (found === undefined) return undefined;
  const decoded = Buffer.from(found.auth ?? "", "base64").toString();
  const colon = decoded.indexOf(":");
  return {
    username: found.username ?? decoded.slice(0, Math.max(colon, 0)),
    password: found.password ?? decoded.slice(colon + 1),
    serveraddress: key,
    ...(found.identitytoken ? { identitytoken: found.identitytoken } : {}),
  };
}

/** Asks one of docker's credential helpers; undefined, for an anonymous user, if the helper does not know the registry. */
async function askHelper(helper: string, key: string, env: NodeJS.ProcessEnv): Promise<Credentials | undefined> {
  const program = `docker-credential-${helper}`;
  const asked = promisify(execFile)(program, ["get"], { env });
  // A helper that is not installed also breaks this pipe; the promise already reports that.
  asked.child.stdin?.on("error", () => {});
  asked.child.stdin?.end(key);
  try {
    const { Username, Secret } = JSON.parse((await asked).stdout) as { Username: string; Secret: string };
    if (Username === "<token>") return { identitytoken: Secret, serveraddress: key };
    return { username: Username, password: Secret, serveraddress: key };
  } catch (error) {
    if (/credentials not found/i.test((error as { stdout?: string }).stdout ?? "")) return undefined;
    // The error quotes neither the answer nor the parser's message, because they may contain a password.
    throw new UserError(
      `${program}, which docker's configuration names for ${key}, gave no credentials. Install or mend it, or remove it ` +
        "from credsStore and credHelpers",
    );
  }
}
