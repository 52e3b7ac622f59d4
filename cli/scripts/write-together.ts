import { readFile, rm, writeFile } from "node:fs/promises";

/** Writes all files, new and old ones, or leaves all of them as they were. */
export async function writeTogether(
  files: ReadonlyMap<string, string>,
  write: (path: string, text: string) => Promise<void> = writeFile,
): Promise<void> {
  const before = new Map<string, string | undefined>();
  try {
    for (const [path, text] of files) {
      before.set(path, await readIfThere(path));
      await write(path, text);
    }
  } catch (error) {
    for (const [path, text] of before) await (text === undefined ? rm(path, { force: true }) : writeFile(path, text));
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
