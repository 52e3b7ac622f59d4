import { rm } from "node:fs/promises";
import { relative } from "node:path";
import { withLock } from "../../setup/machine/lock.ts";
import { oldEntries } from "../../setup/machine/old-entries.ts";
import { loadMachineState } from "../../setup/machine-state.ts";
import { commandContext } from "../command.ts";

const MEBIBYTE = 2 ** 20;

/** Deletes what is old in the cache, or only says what that is; the exit code. */
export async function clean({ "dry-run": isDry }: { readonly "dry-run": boolean }): Promise<number> {
  const { paths, report } = commandContext();
  const { baseContext } = (await loadMachineState(paths)) ?? {};
  return withLock(paths, report, async () => {
    const old = await oldEntries(paths, baseContext === undefined ? [] : [baseContext]);
    for (const { path, bytes, why } of old) {
      if (!isDry) await rm(path, { recursive: true });
      console.log(`${mebibytes(bytes).padStart(10)}  ${relative(paths.cache, path)}  (${why})`);
    }
    const sum = old.reduce((total, { bytes }) => total + bytes, 0);
    const what = isDry ? "would be deleted; nothing was" : "deleted";
    console.log(old.length === 0 ? `nothing old in ${paths.cache}` : `${mebibytes(sum)} of ${paths.cache} ${what}`);
    return 0;
  });
}

const mebibytes = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
