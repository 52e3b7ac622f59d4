import { createHash, type Hash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { readlink } from "node:fs/promises";
import { type KeptFacts, keepingNothing } from "../../start/kept-fact.ts";
import { type BuildContext, walk } from "./context.ts";
import { messageOf, UserError } from "./errors.ts";

/**
 * SHA-256 in hex over path, mode and content of every file that the context's rules do not exclude, and of the Dockerfile. It
 * hashes the same bytes as the official plugin, so that a change of plugin alone builds nothing again. The one difference:
 * for a link this hashes the text of the link, the official plugin the file that it leads to on this machine. `facts` may keep the
 * digests of large files for as long as these do not change.
 */
export async function contextDigest(context: BuildContext, facts: KeptFacts = keepingNothing): Promise<string> {
  const total = createHash("sha256");
  // The Dockerfile always has this name in the digest, so only its content counts.
  addFile(total, "Dockerfile", "----------", await contentDigest(context.dockerfile));
  for await (const { path, absolute, stats } of walk(context.dir, context.rules)) {
    if (stats.isDirectory()) continue;
    const content = stats.isSymbolicLink()
      ? createHash("sha256")
          .update(await readlink(absolute))
          .digest()
      : await keptDigest(absolute, stats, facts);
    addFile(total, path, modeText(stats), content);
  }
  return total.digest("hex");
}

function addFile(total: Hash, path: string, mode: string, content: Buffer): void {
  total.update(path).update(mode).update(content).update("\0");
}

/** From this size on it takes longer to read a file than to ask for what is kept of it. */
const LARGE_BYTES = 1024 ** 2;

async function keptDigest(path: string, { size }: Stats, facts: KeptFacts): Promise<Buffer> {
  if (size < LARGE_BYTES) return contentDigest(path);
  const digest = await facts("digest of the content", [path], async () => (await contentDigest(path)).toString("hex"));
  return Buffer.from(digest, "hex");
}

async function contentDigest(path: string): Promise<Buffer> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    throw new UserError(`Cannot read ${path} of the build context: ${messageOf(error)}`, { cause: error });
  }
  return hash.digest();
}

/** A file's mode in Go's notation, for example `-rwxr-xr-x`, `Lrwxrwxrwx`, `urwxr-xr-x`. */
export function modeText(stats: Pick<Stats, "mode" | "isSymbolicLink">): string {
  const special = [
    stats.isSymbolicLink() ? "L" : "",
    stats.mode & 0o4000 ? "u" : "",
    stats.mode & 0o2000 ? "g" : "",
    stats.mode & 0o1000 ? "t" : "",
  ].join("");
  const bits = [..."rwxrwxrwx"].map((letter, index) => (stats.mode & (0o400 >> index) ? letter : "-")).join("");
  return (special || "-") + bits;
}
