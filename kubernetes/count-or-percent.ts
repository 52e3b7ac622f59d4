/** Pods that a rolling update may have above and below the wanted number. */
export type Room = { readonly surge: number; readonly unavailable: number };

/** Resolves counts and percentages as Kubernetes does: surge is rounded up, unavailable down, and one of them moves. */
export function roomOf(
  rolling: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string },
  replicas: number,
): Room {
  const surge = resolve(rolling.maxSurge ?? "25%", replicas, Math.ceil);
  const unavailable = resolve(rolling.maxUnavailable ?? "25%", replicas, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

function resolve(value: number | string, replicas: number, round: (pods: number) => number): number {
  const text = String(value);
  const number = Number.parseInt(text, 10);
  return text.endsWith("%") ? round((number * replicas) / 100) : number;
}
