/** What a set is before it is scaled, the oldest set first; `max` is the Deployment's number with surge as the set knows it. */
type Size = { readonly pods: number; readonly max?: number };

/**
 * Sizes of a Deployment's sets when it is scaled amid a rollout, as its controller shares out what comes or goes:
 * each set in proportion to its size, rounded half away from zero, the largest first; the rest is the largest set's.
 * `total` is how many pods there are, where a set does not know its `max`.
 */
export function proportions(
  sets: readonly Size[],
  goal: { readonly replicas: number; readonly surge: number; readonly total: number },
): readonly number[] {
  const allowed = goal.replicas > 0 ? goal.replicas + goal.surge : 0;
  const toAdd = allowed - sets.reduce((sum, { pods }) => sum + pods, 0);
  const sizes = sets.map(({ pods }) => pods);
  if (toAdd === 0) return sizes;
  const order = sets.map((_, index) => index);
  // Of two of one size the younger grows first, the older shrinks first.
  order.sort((a, b) => (sets[b]?.pods ?? 0) - (sets[a]?.pods ?? 0) || (toAdd > 0 ? b - a : a - b));
  let left = toAdd;
  for (const index of order) {
    if (left === 0) break;
    const { pods, max } = sets[index] as Size;
    const share =
      goal.replicas === 0 ? -pods : round((pods * (goal.replicas + goal.surge)) / (max || goal.total)) - pods;
    const change = toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    sizes[index] = pods + change;
    left -= change;
  }
  const [largest] = order;
  if (largest !== undefined) sizes[largest] = Math.max(0, (sizes[largest] ?? 0) + left);
  return sizes;
}

const round = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));
