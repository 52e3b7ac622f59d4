import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import type Docker from "dockerode";
import { connectionFrom } from "../../../setup/docker-provider/connection.ts";
import { Daemon } from "../../../setup/docker-provider/daemon.ts";

const { DOCKER_HOST, DOCKER_CERT_PATH } = process.env;

/** The provider's configuration for the daemon under test: the daemon of DOCKER_HOST, else this machine's own. */
export const config: Record<string, string> = {
  host: DOCKER_HOST ?? "unix:///var/run/docker.sock",
  ...(DOCKER_CERT_PATH ? { certPath: DOCKER_CERT_PATH } : {}),
};

/** The daemon under test, to prepare tests and to clean up after them. */
export const docker: Docker = new Daemon(connectionFrom(config, {})).docker;

/** A raw connection to the daemon under test, for a proxy before it. */
export function connectDaemon(): Socket {
  const host = config.host ?? "";
  if (host.startsWith("unix://")) return connect(host.slice("unix://".length));
  const { hostname, port } = new URL(host.replace(/^\w+:/, "http:"));
  if (!DOCKER_CERT_PATH) return connect(Number(port), hostname);
  const [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map((name) => readFileSync(join(DOCKER_CERT_PATH, name)));
  return connectTls({ host: hostname, port: Number(port), ...{ ca, cert, key } } as never);
}

/** Whether the daemon has an image of this name. */
export async function hasImage(name: string): Promise<boolean> {
  return docker
    .getImage(name)
    .inspect()
    .then(
      () => true,
      (error: { statusCode?: number }) => {
        if (error.statusCode === 404) return false;
        throw error;
      },
    );
}

/** Removes all images that a test run made: all tags of its repositories, and images that these tags once meant. */
export async function removeImages(label: string): Promise<void> {
  const filters = { label: [label] };
  for (const { Id } of await docker.listImages({ all: true, filters })) {
    await docker
      .getImage(Id)
      .remove({ force: true })
      .catch((error: { statusCode?: number }) => {
        // The image was removed together with a child of it; or it is the parent of an image that is removed later.
        if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
      });
  }
}
