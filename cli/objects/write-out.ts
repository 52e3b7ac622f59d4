import { writeFile } from "node:fs/promises";
import { UserError } from "../../common/user-error.ts";

/**
 * Writes a file that a flag asked for.
 * @throws {UserError} if the path cannot be written.
 */
export async function writeOut(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (cause) {
    throw new UserError(
      `file: got ${path}, which cannot be written (${(cause as Error).message}), allowed: a path in a folder that exists.`,
      { cause: cause as Error },
    );
  }
}
