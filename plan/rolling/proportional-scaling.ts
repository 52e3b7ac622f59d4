/** A set before it is scaled; `max` is the Deployment's replicas + surge when the set was last scaled. */
type Size = { readonly pods: number; readonly max?: number };

/**
 * The sizes of a Deployment's sets, oldest first, when its number of replicas changes in the middle of a rollout. The
 * controller shares the pods to add or remove among the sets (Kubernetes 1.33, pkg/controller/deployment: sync.go, scale, and
 * util/deployment_util.go, GetReplicaSetProportion):
 * - allowed = replicas + surge, or 0 for 0 replicas; toAdd = allowed - pods of all sets, and a negative toAdd removes pods
 * - the largest set comes first; of equal ones the youngest when pods are added, the oldest when they are removed
 * - share of a set = round(pods * allowed / max) - pods, half away from zero, but never more than is left of toAdd
 * - pods left over at the end go to the set that came first
 *
 * `max` of a set is replaced by `total`, the number of pods of all sets, if the set has none.
 *
 * Example without leftovers: 10 replicas, surge 3, and the sets have 8 and 5 pods; then 15 replicas are wanted. allowed = 18,
 * toAdd = 5. The first set gets round(8 * 18 / 13) - 8 = 3, the second round(5 * 18 / 13) - 5 = 2: 11 and 7.
 *
 * Example with leftovers: 6 replicas, surge 3, and three sets have 3 pods each; then 10 replicas are wanted. allowed = 13,
 * toAdd = 4. Each set gets round(3 * 13 / 9) - 3 = 1. One pod is left over, and the set that came first, here the youngest,
 * gets it: 4, 4 and 5.
 *
 * Example with too little to share: the same sets and 8 replicas. allowed = 11, toAdd = 2. Each share is
 * round(3 * 11 / 9) - 3 = 1, but after the youngest two nothing is left for the oldest: 3, 4 and 4.
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
