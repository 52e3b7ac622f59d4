type Metadata = {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly annotations?: Readonly<Record<string, string>>;
};
type Anything = { readonly metadata?: Metadata };

/** Where `kubectl apply` keeps the manifest that it applied last. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Whether an object was read from a cluster, be it from its API server or from what `kubectl get -o yaml` printed of it. */
export const isFromCluster = ({ metadata }: Anything): boolean =>
  metadata?.uid !== undefined || metadata?.resourceVersion !== undefined;

/** The manifest that `kubectl apply` applied last of an object in a cluster; undefined where another way was taken. */
export function lastApplied({ metadata }: Anything): Readonly<Record<string, unknown>> | undefined {
  const text = metadata?.annotations?.[LAST_APPLIED];
  if (text === undefined) return undefined;
  try {
    const manifest: unknown = JSON.parse(text);
    return typeof manifest === "object" && manifest !== null ? (manifest as Record<string, unknown>) : undefined;
  } catch {
    // Somebody wrote the annotation by hand: kubectl could not read it either.
    return undefined;
  }
}
