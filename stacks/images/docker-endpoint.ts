import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../common/user-error.ts";

/** Where a docker daemon is reached: `tcp://host:port` or `unix:///path`, and by TLS the folder of ca.pem, cert.pem and key.pem. */
export type DockerEndpoint = { readonly host: string; readonly certPath?: string };

/** What docker's own command would talk to. */
type LocalMachine = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly exists: (path: string) => boolean;
};

/**
 * Finds the docker daemon that DOCKER_HOST names, or else this machine's own.
 * @throws {UserError} if it is reached by other ways than a socket or TCP.
 */
export function localDocker({ env, home, exists }: LocalMachine = machine()): DockerEndpoint {
  // Newer Docker Desktops listen in the home folder only.
  const desktop = join(home, ".docker", "run", "docker.sock");
  const host = env.DOCKER_HOST || `unix://${exists(desktop) ? desktop : "/var/run/docker.sock"}`;
  if (host.startsWith("unix:///")) return { host };
  if (!/^tcp:\/\/[^/]+$/.test(host)) {
    throw new UserError(
      `environment DOCKER_HOST: got ${JSON.stringify(host)}, allowed: unix:///path or tcp://host:port. ` +
        `Set it to such a daemon, or unset it to use this machine's own.`,
    );
  }
  const certPath = env.DOCKER_CERT_PATH || (env.DOCKER_TLS_VERIFY ? join(home, ".docker") : undefined);
  return certPath ? { host, certPath } : { host };
}

const machine = (): LocalMachine => ({ env: process.env, home: homedir(), exists: existsSync });
