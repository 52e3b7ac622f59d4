import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { DockerOptions } from "dockerode";
import { messageOf, UserError } from "./errors.ts";
import { refusal } from "./official.ts";

/** How to reach a daemon. */
export interface Connection {
  /** The daemon's address as the user wrote it, for messages. */
  host: string;
  /** Options of dockerode. Every field is given, so that dockerode takes none from the environment. */
  options: DockerOptions;
  /** Whether to check at once that the daemon answers. */
  checkDaemon: boolean;
}

/** The provider's configuration, by key. */
export type Config = Record<string, string>;

const MATERIALS = ["caMaterial", "certMaterial", "keyMaterial"] as const;
const UNSUPPORTED = ["context", "registryAuth", "sshOpts"];
const ENVIRONMENT: Record<string, string> = {
  host: "DOCKER_HOST",
  certPath: "DOCKER_CERT_PATH",
  caMaterial: "DOCKER_CA_MATERIAL",
  certMaterial: "DOCKER_CERT_MATERIAL",
  keyMaterial: "DOCKER_KEY_MATERIAL",
};

/**
 * Refuses configuration that only the official plugin understands.
 * @throws {UserError} that names the key.
 */
export function refuseUnsupported(config: Config): void {
  for (const key of UNSUPPORTED) {
    if (config[key]) throw new UserError(refusal(`Configuration "docker:${key}"`));
  }
  const scheme = /^(\w+):\/\//.exec(config.host ?? "")?.[1];
  if (scheme === "ssh" || scheme === "npipe") throw new UserError(refusal(`A docker host by ${scheme}://`));
}

/**
 * Finds out how to reach the daemon; configuration comes before environment.
 * @throws {UserError} if an address or a certificate cannot be used.
 */
export function connectionFrom(config: Config, env: NodeJS.ProcessEnv): Connection {
  const merged: Config = { ...config };
  for (const [key, variable] of Object.entries(ENVIRONMENT)) merged[key] ||= env[variable] ?? "";
  // A folder of certificates and certificates as text exclude each other: one in the configuration hides the other in the environment.
  if (config.certPath) for (const key of MATERIALS) merged[key] = config[key] ?? "";
  if (MATERIALS.some((key) => config[key])) merged.certPath = config.certPath ?? "";
  refuseUnsupported(merged);
  const host = merged.host || defaultHost();
  const checkDaemon = merged.disableDockerDaemonCheck !== "true";
  return { host, checkDaemon, options: optionsFor(host, merged, env) };
}

function defaultHost(): string {
  // Newer versions of Docker Desktop listen in the home folder only.
  const desktop = join(homedir(), ".docker/run/docker.sock");
  return `unix://${existsSync(desktop) ? desktop : "/var/run/docker.sock"}`;
}

function optionsFor(host: string, config: Config, env: NodeJS.ProcessEnv): DockerOptions {
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) || "/var/run/docker.sock" };
  const url = parseHost(host);
  const tls = readCertificates(config, env);
  const protocol = tls !== undefined || url.protocol === "https:" ? "https" : "http";
  const port = url.port || (protocol === "https" ? "2376" : "2375");
  return { protocol, host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port, ...tls };
}

function parseHost(host: string): URL {
  const match = /^(tcp|https?):\/\/(.+)$/.exec(host.includes("://") ? host : `tcp://${host}`);
  // URL does not take `tcp:` addresses apart, and with https it would drop port 443: parse the address as http.
  const parsed = match && URL.parse(`http://${match[2]}`);
  if (!match || !parsed) {
    throw new UserError(`docker:host is "${host}"; it must be unix:///path/to/docker.sock or tcp://address:port`);
  }
  if (match[1] === "https") parsed.protocol = "https:";
  return parsed;
}

type Certificates = Pick<DockerOptions, "ca" | "cert" | "key">;

function readCertificates(config: Config, env: NodeJS.ProcessEnv): Certificates | undefined {
  const [ca, cert, key] = MATERIALS.map((name) => config[name]);
  if (ca || cert || key) {
    if (config.certPath) throw new UserError("when using raw certificates, certPath must not be specified");
    if (!ca || !cert || !key) throw new UserError("certMaterial, keyMaterial, and caMaterial must all be specified");
    return { ca, cert, key };
  }
  const path = config.certPath || (env.DOCKER_TLS_VERIFY ? join(homedir(), ".docker") : "");
  if (path === "") return undefined;
  const [fromCa, fromCert, fromKey] = ["ca.pem", "cert.pem", "key.pem"].map((name) => readPem(join(path, name)));
  return { ca: fromCa, cert: fromCert, key: fromKey };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(
      `Cannot read ${path}: ${messageOf(error)}. docker:certPath must be a folder with ca.pem, cert.pem and key.pem`,
      { cause: error },
    );
  }
}
