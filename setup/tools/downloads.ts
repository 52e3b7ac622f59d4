import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../common/user-error.ts";
import type { EntrySpec } from "../machine/cache.ts";
import type { Outside } from "../machine/outside.ts";
import { askWeb, causeWords } from "../machine/web.ts";
import { downloadPins as pins } from "./pins.ts";

/** A place from which a file can be had. */
export interface DownloadSource {
  readonly url: string;
  /** URL of the publisher's SHA-256: a file with one sum, or with lines "sum  file name". */
  readonly checksumUrl: string;
}

/** A file that the makers of a tool publish, with its checksum. */
export interface Release {
  readonly name: string;
  readonly version: string;
  /** The best one first. */
  readonly sources: readonly [DownloadSource, ...DownloadSource[]];
  /** The name that a single executable gets; absent for an archive, which is unpacked. */
  readonly executable?: string;
}

const ROUNDS = 3;
const PAUSE_MS = 1_000;

/** The cache entry of an official download; its folder holds the executable, or the content of the archive. */
export function downloadEntry(outside: Outside, release: Release, pauseMs = PAUSE_MS): EntrySpec {
  return {
    name: `${release.name}-official`,
    inputs: [release.sources[0].url],
    make: async (scratch) => {
      const file = join(scratch, release.executable ?? "archive.tar.gz");
      await downloadTo(file, scratch, release, pauseMs);
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

/**
 * Downloads a release, in three rounds through its sources.
 * @throws {UserError} with what went wrong at each source in the last round, and what else can be done.
 */
async function downloadTo(file: string, scratch: string, release: Release, pauseMs: number): Promise<void> {
  const { name, version, sources } = release;
  let failures: readonly string[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    if (round > 1) await sleep(pauseMs * round);
    failures = [];
    for (const source of sources) {
      await rm(scratch, { recursive: true, force: true });
      await mkdir(scratch, { recursive: true });
      const failure = await downloadFrom(source, file, release);
      if (failure === undefined) return;
      failures = [...failures, failure];
    }
  }
  throw new UserError(
    `cannot download ${name} ${version}, tried ${ROUNDS} times: ${failures.join("; ")}. Nothing was installed. ` +
      `Mend that (a proxy: HTTPS_PROXY; a company's certificate: SSL_CERT_FILE or NODE_EXTRA_CA_CERTS) and run the same command again; ` +
      `or install ${name} by hand; or, as root on Debian or Ubuntu, build it: ONLINE_INFERENCE_SOURCE=build`,
  );
}

/** Downloads from one source and compares the sums; resolves with what went wrong. */
async function downloadFrom(source: DownloadSource, file: string, release: Release): Promise<string | undefined> {
  try {
    const sum = await fetchToFile(source.url, file);
    const published = await publishedSum(source);
    if (sum === published) return undefined;
    return `${source.url} is damaged: its SHA-256 is ${sum}, published is ${published}`;
  } catch (error) {
    if (isDiskError(error)) throw new UserError(`cannot keep ${release.name}: ${causeWords(error)}`, { cause: error });
    return `${source.url}: ${causeWords(error)}`;
  }
}

/** A full or read-only disk is no fault of the source. */
const isDiskError = (error: unknown): error is Error =>
  ["ENOSPC", "EDQUOT", "EROFS", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "") &&
  (error as NodeJS.ErrnoException).syscall !== "connect";

async function fetchToFile(url: string, file: string): Promise<string> {
  const body = await bodyOf(url);
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(Readable.from(body), hashing, createWriteStream(file));
  return hash.digest("hex");
}

async function publishedSum({ checksumUrl, url }: DownloadSource): Promise<string> {
  const sums = await text(Readable.from(await bodyOf(checksumUrl)));
  const fileName = url.slice(url.lastIndexOf("/") + 1);
  const lines = sums.trim().split("\n");
  const line = lines.length === 1 ? lines[0] : lines.find((candidate) => candidate.trim().endsWith(fileName));
  const sum = line?.trim().split(/\s+/)[0] ?? "";
  if (!/^[0-9a-f]{64}$/.test(sum)) throw new Error(`${checksumUrl} holds no SHA-256 of ${fileName}`);
  return sum;
}

async function bodyOf(url: string): Promise<AsyncIterable<Uint8Array>> {
  const { ok, status, body } = await askWeb(url);
  if (!ok) throw new Error(`HTTP ${status}`);
  if (!body) throw new Error("the answer is empty");
  return body;
}

const os = process.platform === "darwin" ? "darwin" : "linux";

/** The official release of each tool, for this operating system and an architecture. */
export function officialReleases(arch: NodeJS.Architecture) {
  const goArch = arch === "arm64" ? "arm64" : "amd64";
  const nodeArch = arch === "arm64" ? "arm64" : "x64";
  const minikube = `minikube-${os}-${goArch}`;
  const kubectl = `release/v${pins.kubectl}/bin/${os}/${goArch}/kubectl`;
  const pulumi = `pulumi-v${pins.pulumi}-${os}-${nodeArch}.tar.gz`;
  const pulumiSums = `pulumi-${pins.pulumi}-checksums.txt`;
  const helm = `https://get.helm.sh/helm-v${pins.helm}-${os}-${goArch}.tar.gz`;
  const withSum = (url: string): DownloadSource => ({ url, checksumUrl: `${url}.sha256` });
  const pulumiAt = (folder: string): DownloadSource => ({
    url: `${folder}/${pulumi}`,
    checksumUrl: `${folder}/${pulumiSums}`,
  });
  return {
    minikube: {
      name: "minikube",
      version: pins.minikube,
      sources: [
        withSum(`https://github.com/kubernetes/minikube/releases/download/v${pins.minikube}/${minikube}`),
        withSum(`https://storage.googleapis.com/minikube/releases/v${pins.minikube}/${minikube}`),
      ],
      executable: "minikube",
    },
    kubectl: {
      name: "kubectl",
      version: pins.kubectl,
      sources: [withSum(`https://dl.k8s.io/${kubectl}`), withSum(`https://cdn.dl.k8s.io/${kubectl}`)],
      executable: "kubectl",
    },
    pulumi: {
      name: "pulumi",
      version: pins.pulumi,
      sources: [
        pulumiAt("https://get.pulumi.com/releases/sdk"),
        pulumiAt(`https://github.com/pulumi/pulumi/releases/download/v${pins.pulumi}`),
      ],
    },
    // Its releases on GitHub hold no archives.
    helm: { name: "helm", version: pins.helm, sources: [{ url: helm, checksumUrl: `${helm}.sha256sum` }] },
  } as const satisfies Record<string, Release>;
}
