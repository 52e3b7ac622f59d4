import { UserError } from "./errors.ts";

/** The parts of an image name. */
export interface Reference {
  /** Registry host with port, as written; undefined if the name carries none. */
  domain: string | undefined;
  /** The name without tag and digest. */
  repository: string;
  /** The tag, `latest` if none is written. */
  tag: string;
}

const DOCKER_HUB = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);
/** The key under which docker keeps the credentials of Docker Hub. */
const DOCKER_HUB_KEY = "https://index.docker.io/v1/";

const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[\w][\w.-]{0,127}$/;

/**
 * Splits an image name into its parts.
 * @throws {UserError} for a name that docker would not accept.
 */
export function parseReference(name: string): Reference {
  const lastSlash = name.lastIndexOf("/");
  const colon = name.indexOf(":", lastSlash + 1);
  const repository = colon < 0 ? name : name.slice(0, colon);
  const tag = colon < 0 ? "latest" : name.slice(colon + 1);
  const parts = repository.split("/");
  const first = parts[0] ?? "";
  const domain = parts.length > 1 && (/[.:]/.test(first) || first === "localhost") ? first : undefined;
  const path = domain === undefined ? parts : parts.slice(1);
  if (path.length === 0 || !path.every((part) => PATH.test(part)) || !TAG.test(tag)) {
    throw new UserError(
      `Image name "${name}" is not valid. Write [registry/]repository[:tag] in lower case, ` +
        "for example docker.io/repository/image:v1",
    );
  }
  return { domain, repository, tag };
}

/**
 * The registry at the beginning of an image name, which pushes and caches need.
 * @throws {UserError} if the name has none.
 */
export function requireRegistry(name: string): string {
  const { domain } = parseReference(name);
  if (domain !== undefined) return domain;
  throw new UserError(
    `Image name "${name}" names no registry, so it cannot be pushed. This provider requires all image names to be ` +
      "fully qualified: write docker.io/repository/image:tag to push to Docker Hub, or set skipPush: true to keep " +
      "the image in the daemon",
  );
}

/** The key under which docker keeps the credentials of a registry, for an address such as `https://host:5000/v2/`. */
export function credentialsKey(server: string): string {
  const host = server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return DOCKER_HUB.has(host) ? DOCKER_HUB_KEY : host;
}
