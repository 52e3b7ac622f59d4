import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import Type, { type Static, type TSchema } from "typebox";
import { Check } from "typebox/schema";
import { UserError } from "../../common/user-error.ts";
import type { DockerEndpoint } from "./docker.ts";

/** The facts of this machine by which the docker command finds its daemon. */
type LocalMachine = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly exists: (path: string) => boolean;
  /** The text of a file; undefined if it cannot be read. */
  readonly read: (path: string) => string | undefined;
};

/**
 * Finds the docker daemon that the docker command of this machine would take: the one of DOCKER_HOST; else that of the context of
 * DOCKER_CONTEXT, or of the current one, by which colima, OrbStack, Docker Desktop and rootless docker make themselves known; else
 * this machine's own.
 * @throws {UserError} if that is reached neither by a socket nor by a TCP address, or there is no such context.
 */
export function localDocker(machine: LocalMachine = realMachine()): DockerEndpoint {
  const { env, home } = machine;
  if (env.DOCKER_HOST) {
    const certPath = env.DOCKER_CERT_PATH || (env.DOCKER_TLS_VERIFY ? join(home, ".docker") : undefined);
    const allowed = "Set it to such a daemon, or unset it to use this machine's own.";
    return endpoint("environment DOCKER_HOST", env.DOCKER_HOST, certPath, allowed);
  }
  const folder = env.DOCKER_CONFIG || join(home, ".docker");
  const config = parse(machine.read(join(folder, "config.json")), dockerConfig);
  const context = env.DOCKER_CONTEXT || config?.currentContext || DEFAULT_CONTEXT;
  return context === DEFAULT_CONTEXT ? { host: `unix://${ownSocket(machine)}` } : ofContext(context, folder, machine);
}

/** What the context is called that has no file, and means DOCKER_HOST or this machine's own daemon. */
const DEFAULT_CONTEXT = "default";

/** The parts of docker's own files that are needed; others come and go with its versions. */
const dockerConfig = Type.Object({ currentContext: Type.Optional(Type.String()) });
const contextMeta = Type.Object({
  Endpoints: Type.Object({
    docker: Type.Object({ Host: Type.String(), SkipTLSVerify: Type.Optional(Type.Boolean()) }),
  }),
});

/** The daemon of a context. Docker keeps each context in folders that are named by the SHA-256 of its name. */
function ofContext(name: string, folder: string, { exists, read }: LocalMachine): DockerEndpoint {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = parse(read(join(folder, "contexts", "meta", id, "meta.json")), contextMeta);
  const next = "Choose one: docker context ls, docker context use NAME";
  if (!meta) throw new UserError(`docker context: got ${JSON.stringify(name)}, which is not in ${folder}. ${next}`);
  const { Host, SkipTLSVerify } = meta.Endpoints.docker;
  const certificates = join(folder, "contexts", "tls", id, "docker");
  const certPath = exists(join(certificates, "key.pem")) ? certificates : undefined;
  if (SkipTLSVerify) {
    throw new UserError(
      `docker context ${name}: got a daemon whose certificate nobody checks, allowed: one with a ca.pem. ${next}`,
    );
  }
  return endpoint(`docker context ${name}`, Host, certPath, next);
}

function endpoint(source: string, host: string, certPath: string | undefined, next: string): DockerEndpoint {
  if (host.startsWith("unix:///")) return { host };
  if (!/^tcp:\/\/[^/]+$/.test(host)) {
    throw new UserError(`${source}: got ${JSON.stringify(host)}, allowed: unix:///path or tcp://host:port. ${next}`);
  }
  return certPath ? { host, certPath } : { host };
}

const SYSTEM_SOCKET = "/var/run/docker.sock";

/** The socket of this machine's own daemon: newer versions of Docker Desktop listen in the home folder only, a rootless one in the user's. */
function ownSocket({ env, home, exists }: LocalMachine): string {
  const rootless = env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, "docker.sock")] : [];
  const places = [join(home, ".docker", "run", "docker.sock"), SYSTEM_SOCKET, ...rootless];
  return places.find(exists) ?? SYSTEM_SOCKET;
}

function parse<Schema extends TSchema>(text: string | undefined, schema: Schema): Static<Schema> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return Check(schema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const realMachine = (): LocalMachine => ({
  env: process.env,
  home: homedir(),
  exists: existsSync,
  read(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  },
});
