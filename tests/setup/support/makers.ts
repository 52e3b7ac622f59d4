import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer as createProxy, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import { type DownloadSource, officialReleases } from "../../../setup/tools/downloads.ts";
import { scratchFolder } from "./scratch.ts";

const certificate = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/makers/${name}.pem`, import.meta.url));

/** What a maker's site answers: a file, the address of another one, or no file. */
export type Answer = Buffer | string | number;

/** The makers' sites on loopback, reached as from behind a company's proxy whose certificates are its own. */
export interface Makers {
  /** What the tests' own certificates and proxy are to the programs of a machine. */
  readonly env: Readonly<Record<"HTTPS_PROXY" | "https_proxy", string>>;
  /** File of the authority that has signed the sites' certificates. */
  readonly authority: string;
  /** Every request that arrived, such as `GET dl.k8s.io/release/stable.txt`. */
  readonly asked: string[];
  /** Makes the line to a file break after half of it, so many times. */
  readonly cut: (file: string, times: number) => void;
}

/** Starts the sites; `files` are their answers by host and path. A string is where the file is found instead. */
export async function startMakers(files: Readonly<Record<string, Answer>>): Promise<Makers> {
  const asked: string[] = [];
  const cuts = new Map<string, number>();
  const [cert, key] = await Promise.all([readFile(certificate("server")), readFile(certificate("server-key"))]);
  const sites = createServer({ cert, key }, (request, response) => {
    const file = `${request.headers.host}${request.url}`;
    asked.push(`${request.method} ${file}`);
    const left = cuts.get(file) ?? 0;
    const breaks = request.method === "GET" && left > 0;
    if (breaks) cuts.set(file, left - 1);
    answer(response, files[file] ?? 404, breaks);
  });
  const port = await listen(sites);
  const proxy = createProxy().on("connect", (_request, client) => {
    const site = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(site).pipe(client);
    });
    for (const socket of [client, site]) socket.on("error", () => [client, site].map((one) => one.destroy()));
  });
  const address = `http://127.0.0.1:${await listen(proxy)}`;
  return {
    env: { HTTPS_PROXY: address, https_proxy: address },
    authority: certificate("ca"),
    asked,
    cut: (file, times) => void cuts.set(file, times),
  };
}

function answer(response: ServerResponse, file: Answer, breaks: boolean): void {
  if (typeof file === "number") return void response.writeHead(file).end();
  if (typeof file === "string") return void response.writeHead(302, { location: `https://${file}` }).end();
  response.writeHead(200, { "content-length": file.length });
  if (!breaks) return void response.end(file);
  response.write(file.subarray(0, file.length / 2), () => response.destroy());
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** An archive as releases have it: one folder with programs in it, which are shell scripts. */
export async function archive(folder: string, programs: Readonly<Record<string, string>>): Promise<Buffer> {
  const root = await scratchFolder();
  for (const [path, body] of Object.entries(programs)) {
    const file = join(root, folder, path);
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, program(body));
    await chmod(file, 0o755);
  }
  await execa("tar", ["-czf", "archive.tar.gz", folder], { cwd: root });
  return readFile(join(root, "archive.tar.gz"));
}

const program = (body: string): string => `#!/bin/sh\n${body}\n`;
const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");
const at = (url: string): string => url.replace("https://", "");

/** A file with its sum, as its publisher has them: a sum alone, or among those of other files. */
export const published = ({ url, checksumUrl }: DownloadSource, content: Buffer): Readonly<Record<string, Answer>> => {
  const name = url.slice(url.lastIndexOf("/") + 1);
  const alone = checksumUrl.startsWith(url);
  const sums = alone ? sha256(content) : `${"0".repeat(64)}  another-file\n${sha256(content)}  ${name}\n`;
  return { [at(url)]: content, [at(checksumUrl)]: Buffer.from(sums) };
};

/** What the programs of the releases say of themselves. */
const VERSIONS = { minikube: "v1.38.1", kubectl: "Client Version: v1.34.0", pulumi: "v3.250.0", helm: "v3.18.6" };

/** All files of the tools' releases, for this machine; GitHub answers with the address of another site, as the real one does. */
export async function releaseFiles(): Promise<Readonly<Record<string, Answer>>> {
  const { minikube, kubectl, pulumi, helm } = officialReleases(process.arch);
  const says = (name: keyof typeof VERSIONS) => `echo ${VERSIONS[name]}`;
  const files = {
    ...published(kubectl.sources[0], Buffer.from(program(says("kubectl")))),
    ...published(
      pulumi.sources[0],
      await archive("pulumi", {
        pulumi: says("pulumi"),
        "pulumi-language-nodejs": "exit 0",
        "pulumi-language-python": "exit 0",
        "pulumi-analyzer-policy": "exit 0",
      }),
    ),
    ...published(helm.sources[0], await archive("linux-amd64", { helm: says("helm") })),
  };
  const assets = Object.entries(published(minikube.sources[0], Buffer.from(program(says("minikube"))))).map(
    ([file, content]) => [file, `release-assets.githubusercontent.com/${file}`, content] as const,
  );
  return {
    ...files,
    ...Object.fromEntries(
      assets.flatMap(([file, asset, content]) => [
        [file, asset],
        [asset, content],
      ]),
    ),
  };
}
