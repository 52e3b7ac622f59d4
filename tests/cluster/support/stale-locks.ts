import { lockedStacks, removeStaleLocks } from "../../../cli/stale-lock.ts";
import { resolvePaths } from "../../../setup/machine/paths.ts";

/** Removes the locks of Pulumi processes that ended without them, so that every run starts alike. */
export async function setup(): Promise<void> {
  const { state } = resolvePaths();
  for (const stack of await lockedStacks(state)) await removeStaleLocks(state, stack);
}
