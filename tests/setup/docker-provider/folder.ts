import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** A file as its text, a link as its target, or a file as a text with a mode. */
export type Content = string | { link: string } | { text: string; mode: number };

/** Makes a temporary folder with files, which are given by path. */
export async function makeFolder(files: Record<string, Content>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "program-"));
  for (const [path, content] of Object.entries(files)) await put(folder, path, content);
  return folder;
}

/** Writes one file of a folder. */
export async function put(folder: string, path: string, content: Content): Promise<void> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  if (typeof content === "string") await writeFile(target, content);
  else if ("link" in content) await symlink(content.link, target);
  else {
    await writeFile(target, content.text);
    await chmod(target, content.mode);
  }
}

/** Copies programs of this machine and their libraries into a folder, for an image FROM scratch. */
export async function copyPrograms(folder: string, programs: string[]): Promise<void> {
  for (const program of programs) {
    const { stdout } = await promisify(execFile)("ldd", [program]).catch(() => ({ stdout: "" }));
    for (const path of [program, ...(stdout.match(/\/\S+/g) ?? [])]) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await copyFile(path, join(folder, path));
    }
  }
}
