import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "../../common/user-error.ts";
import type { EntrySpec } from "../machine/cache.ts";
import type { Outside } from "../machine/outside.ts";
import { pins } from "./pins.ts";

/** A file that the makers of a tool publish, with its checksum. */
export interface Release {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  /** URL of the publisher's SHA-256: a file with one sum, or with lines "sum  file name". */
  readonly checksumUrl: string;
  /** The name that a single executable gets; absent for an archive, which is unpacked. */
  readonly executable?: string;
}

const transferTimeoutMs = 600_000;

/** The cache entry of an official download; its folder holds the executable, or the content of the archive. */
export function downloadEntry(outside: Outside, release: Release): EntrySpec {
  return {
    name: `${release.name}-official`,
    inputs: [release.url],
    make: async (scratch) => {
      await rm(scratch, { recursive: true, force: true });
      await mkdir(scratch, { recursive: true });
      const file = join(scratch, release.executable ?? "archive.tar.gz");
      const sum = await fetchToFile(release.url, file);
      const published = await publishedSum(release);
      if (sum !== published) {
        throw new UserError(
          `the download of ${release.name} ${release.version} is damaged: its SHA-256 is ${sum}, published is ${published}. ` +
            "Nothing was installed; run the same command again.",
        );
      }
      if (release.executable) {
        await chmod(file, 0o755);
        return undefined;
      }
      const unpacked = await outside.run("tar", ["-xzf", file, "-C", scratch, "--strip-components=1"]);
      if (unpacked.exitCode !== 0) throw new UserError(`cannot unpack ${release.name}: ${unpacked.stderr.trim()}`);
      await rm(file);
      return undefined;
    },
  };
}

async function fetchToFile(url: string, file: string): Promise<string> {
  const response = await get(url);
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  if (!response.body) throw new UserError(`cannot download ${url}: the answer is empty`);
  await pipeline(Readable.fromWeb(response.body), hashing, createWriteStream(file));
  return hash.digest("hex");
}

async function publishedSum({ checksumUrl, url }: Release): Promise<string> {
  const text = await (await get(checksumUrl)).text();
  const fileName = url.slice(url.lastIndexOf("/") + 1);
  const lines = text.trim().split("\n");
  const line = lines.length === 1 ? lines[0] : lines.find((candidate) => candidate.trim().endsWith(fileName));
  const sum = line?.trim().split(/\s+/)[0] ?? "";
  if (!/^[0-9a-f]{64}$/.test(sum)) throw new UserError(`${checksumUrl} holds no SHA-256 of ${fileName}`);
  return sum;
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(transferTimeoutMs) }).catch((cause: Error) => {
    throw new UserError(`cannot download ${url}: ${cause.message}`, { cause });
  });
  if (!response.ok) throw new UserError(`cannot download ${url}: HTTP ${response.status}`);
  return response;
}

const os = process.platform === "darwin" ? "darwin" : "linux";

/** The official release of each tool, for this operating system and an architecture. */
export function officialReleases(arch: NodeJS.Architecture) {
  const goArch = arch === "arm64" ? "arm64" : "amd64";
  const nodeArch = arch === "arm64" ? "arm64" : "x64";
  const minikube = `https://github.com/kubernetes/minikube/releases/download/v${pins.minikube}/minikube-${os}-${goArch}`;
  const kubectl = `https://dl.k8s.io/release/v${pins.kubernetes}/bin/${os}/${goArch}/kubectl`;
  const pulumi = "https://github.com/pulumi/pulumi/releases/download";
  const helm = `https://get.helm.sh/helm-v${pins.helm}-${os}-${goArch}.tar.gz`;
  return {
    minikube: {
      name: "minikube",
      version: pins.minikube,
      url: minikube,
      checksumUrl: `${minikube}.sha256`,
      executable: "minikube",
    },
    kubectl: {
      name: "kubectl",
      version: pins.kubernetes,
      url: kubectl,
      checksumUrl: `${kubectl}.sha256`,
      executable: "kubectl",
    },
    pulumi: {
      name: "pulumi",
      version: pins.pulumi,
      url: `https://get.pulumi.com/releases/sdk/pulumi-v${pins.pulumi}-${os}-${nodeArch}.tar.gz`,
      checksumUrl: `${pulumi}/v${pins.pulumi}/pulumi-${pins.pulumi}-checksums.txt`,
    },
    helm: { name: "helm", version: pins.helm, url: helm, checksumUrl: `${helm}.sha256sum` },
  } as const satisfies Record<string, Release>;
}
