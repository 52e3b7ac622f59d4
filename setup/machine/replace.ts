import { rename, rm } from "node:fs/promises";

/** Puts a file or link in its place in one step, whatever was there and whoever runs it: `make` makes it under another name. */
export async function replace(place: string, make: (scratch: string) => Promise<void>): Promise<void> {
  const scratch = `${place}.new`;
  await rm(scratch, { force: true });
  await make(scratch);
  await rename(scratch, place);
  // Renaming one hard link of a file onto another is defined to do nothing.
  await rm(scratch, { force: true });
}
