import type { RequestCause } from "../../observer/causes/causes-of.ts";
import type { PodLine } from "./pod-logs.ts";

/** The clocks of node and load are one on minikube; a line is written a moment after what it tells. */
const SLACK_MS = 250;

/**
 * Whether a pod's own log agrees with what a cause says of it: `undefined` where the log cannot tell. Times are ms since the
 * epoch; `failedMs` is when the request failed, `sentMs` when it was sent.
 *
 * Example: a pod logs that it closed its port at 10.0 s. That it refused a request at 10.4 s agrees; at 9.2 s it does not.
 */
export function agrees(
  { cause, pod }: Pick<RequestCause, "cause" | "pod">,
  { sentMs, failedMs }: { readonly sentMs: number; readonly failedMs: number },
  lines: readonly PodLine[],
): boolean | undefined {
  const own = lines.filter((line) => line.pod === pod);
  if (own.length === 0) return undefined;
  const firstMs = (what: string, fromMs = 0) =>
    own.find((line) => line.what === what && line.wallMs >= fromMs)?.wallMs ?? Number.POSITIVE_INFINITY;
  switch (cause) {
    case "port-closed":
      return Math.min(firstMs("closed its port"), firstMs("was asked to stop")) <= failedMs + SLACK_MS;
    case "ready-too-early":
      return firstMs("listens") >= sentMs - SLACK_MS;
    case "cut-in-flight":
      // It was asked to stop, and did not live to say that it ends.
      return firstMs("was asked to stop") <= failedMs + SLACK_MS && firstMs("ends") === Number.POSITIVE_INFINITY;
    case "container-ended":
      // Whoever is killed says nothing of it: it hung, or did not say that it ends before it started anew.
      return firstMs("hangs") <= failedMs + SLACK_MS || firstMs("ends") === Number.POSITIVE_INFINITY;
    default:
      return undefined;
  }
}
