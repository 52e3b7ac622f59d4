import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import type { Architecture } from "../service/build.ts";
import { UserError } from "./errors.ts";
import type { DockerEndpoint } from "./minikube.ts";

/** What an image depends on beside its context. */
export type Daemon = {
  /** The daemon's own identity: another one means that the images are gone, whatever Pulumi's state says. */
  readonly id: string;
  readonly arch: Architecture;
};

/** Fetches docker's `GET /info`. */
export type FetchInfo = (endpoint: DockerEndpoint) => Promise<{ ID?: string; Architecture?: string }>;

const ARCHITECTURES: Readonly<Record<string, Architecture>> = { x86_64: "x64", aarch64: "arm64" };

/**
 * Asks a docker daemon who it is and what it runs on.
 * @throws {UserError} if it does not answer, or runs on another architecture.
 */
export async function describeDaemon(endpoint: DockerEndpoint, fetch: FetchInfo = fetchInfo): Promise<Daemon> {
  const info = await fetch(endpoint).catch((cause: Error) => {
    throw new UserError(
      `docker in minikube does not answer at ${endpoint.host} (${cause.message}). Start it again: "bin/lab up pod".`,
      { cause },
    );
  });
  const arch = ARCHITECTURES[info.Architecture ?? ""];
  if (!arch) {
    throw new UserError(
      `docker in minikube at ${endpoint.host}: got the architecture ${info.Architecture}, allowed: ` +
        `${Object.keys(ARCHITECTURES).join(", ")}. Use a profile on such a machine: pulumi config set profile <name>`,
    );
  }
  if (!info.ID) {
    throw new UserError(
      `docker in minikube at ${endpoint.host}: got no identity in GET /info, allowed: docker 20.10 or later. ` +
        `Delete the profile and start it again: "bin/lab down --cluster && bin/lab up pod".`,
    );
  }
  return { id: info.ID, arch };
}

async function fetchInfo({ host, certPath }: DockerEndpoint): Promise<{ ID?: string; Architecture?: string }> {
  const [ca, cert, key] = await Promise.all(
    ["ca", "cert", "key"].map((name) => readFile(join(certPath, `${name}.pem`))),
  );
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const get = request(
    new URL("/info", host.replace(/^tcp:/, "https:")),
    { ca, cert, key, timeout: 10_000 },
    (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString());
        else reject(new Error(`GET /info: status ${response.statusCode}`));
      });
    },
  );
  get.on("timeout", () => get.destroy(new Error("no answer within 10 s")));
  get.on("error", reject);
  get.end();
  return JSON.parse(await promise);
}
