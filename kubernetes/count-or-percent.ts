/** How many pods a rolling update may have above (`surge`) and below (`unavailable`) the wanted number. */
export type Room = { readonly surge: number; readonly unavailable: number };

/**
 * Resolves counts and percentages as Kubernetes does: surge is rounded up, unavailable down. If both come to 0, unavailable
 * becomes 1, so that the rollout can move. Example: 25 % of 6 pods is surge 2 (1.5 up) and unavailable 1 (1.5 down).
 */
export function roomOf(
  rolling: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string },
  replicas: number,
): Room {
  const surge = resolveCount(rolling.maxSurge ?? "25%", replicas, Math.ceil);
  const unavailable = resolveCount(rolling.maxUnavailable ?? "25%", replicas, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

/**
 * How many pods of a StatefulSet may be unavailable: its controller rounds a percentage down, and takes 1 at least (Kubernetes'
 * pkg/controller/statefulset, getStatefulSetMaxUnavailable). The API's description of the field says "rounding up". Example: 40 % of 3 is 1.
 */
export const orderedRoomOf = (maxUnavailable: number | string, replicas: number): number =>
  Math.max(1, resolveCount(maxUnavailable, replicas, Math.floor));

/** A count, or a percentage of the replicas with its own rounding. */
function resolveCount(value: number | string, replicas: number, round: (pods: number) => number): number {
  const text = String(value);
  const number = Number.parseInt(text, 10);
  return text.endsWith("%") ? round((number * replicas) / 100) : number;
}
