import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, readlink } from "node:fs/promises";
import { Readable } from "node:stream";
import { type Header, type Pack, pack } from "tar-stream";
import { type BuildContext, type Entry, walk } from "./context.ts";
import { messageOf, UserError } from "./errors.ts";

/** A context on its way to the daemon. */
export interface Tarball {
  /** The tar file, made while it is read. It is the same for the same context: owners and order are fixed. */
  stream: Readable;
  /** The Dockerfile's name in the tar file. */
  dockerfile: string;
  /** Whether the rules exclude a file that the daemon needs, which is sent nevertheless. */
  keptBuildFile: boolean;
}

/** Makes a tar file of a context. A Dockerfile from outside the context gets a hidden name. Errors come through the stream. */
export async function tarContext(context: BuildContext): Promise<Tarball> {
  const tar = pack();
  const outside = context.dockerfileInContext.startsWith("../") ? await readFile(context.dockerfile) : undefined;
  // The name is a hash of the content: a random name would change the context, and the cache of every `COPY . .` would miss.
  const dockerfile =
    outside === undefined
      ? context.dockerfileInContext
      : `.dockerfile.${createHash("sha256").update(outside).digest("hex").slice(0, 12)}`;
  const rules = context.rules.keeping([".dockerignore", dockerfile]);
  const send = async () => {
    if (outside !== undefined) tar.entry({ name: dockerfile, mode: 0o644, mtime: new Date(0) }, outside);
    for await (const entry of walk(context.dir, rules)) await add(tar, entry);
    tar.finalize();
  };
  send().catch((error: Error) => tar.destroy(error));
  return { stream: Readable.from(tar), dockerfile, keptBuildFile: rules !== context.rules };
}

async function add(tar: Pack, { path, absolute, stats }: Entry): Promise<void> {
  const header = { name: path, mode: stats.mode & 0o7777, mtime: stats.mtime, uid: 0, gid: 0 };
  if (stats.isDirectory()) {
    tar.entry({ ...header, type: "directory" });
  } else if (stats.isSymbolicLink()) {
    tar.entry({ ...header, type: "symlink", linkname: await readlink(absolute) });
  } else if (stats.size === 0) {
    tar.entry(header, "");
  } else {
    await addFile(tar, { ...header, size: stats.size }, absolute);
  }
}

async function addFile(tar: Pack, header: Partial<Header> & { name: string; size: number }, absolute: string) {
  // Read no more than the announced size, because a log file may grow meanwhile.
  const file = createReadStream(absolute, { end: header.size - 1 });
  try {
    await new Promise<void>((done, fail) => {
      const sink = tar.entry(header, (error) => (error ? fail(error) : done()));
      file.on("error", fail);
      file.pipe(sink as unknown as NodeJS.WritableStream);
    });
  } catch (error) {
    const why = messageOf(error);
    throw new UserError(`Cannot send ${absolute} of the build context to the daemon: ${why}`, { cause: error });
  } finally {
    file.destroy();
  }
}
