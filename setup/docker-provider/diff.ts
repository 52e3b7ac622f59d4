import { type Bag, isBag, plain, plainBag, sameValue } from "./properties.ts";

/** How a property changes. An image is always updated in place, never replaced. */
export type Change = "add" | "delete" | "update";

/** The changes between a stored state and new inputs, by property. */
export function diffInputs(state: Bag, news: Bag): Record<string, Change> {
  const stored = plain(state.__inputs ?? {});
  const before = isBag(stored) ? stored : {};
  const after = plainBag(news);
  const changes: Record<string, Change> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const change = changeOf(key, before, after);
    if (change !== undefined) changes[key] = change;
  }
  return changes;
}

function changeOf(key: string, before: Bag, after: Bag): Change | undefined {
  const old = before[key];
  const now = after[key];
  if (old === undefined) return "add";
  if (now === undefined) return "delete";
  // Credentials are often short-lived tokens, and a new token is no reason to build again.
  if (key === "registry" && isBag(old) && isBag(now)) return sameValue(old.server, now.server) ? undefined : "update";
  return sameValue(old, now) ? undefined : "update";
}
