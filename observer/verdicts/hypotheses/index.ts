/**
 * What an observation must decide, as data: kind and parameters. The kinds are interpreted by the observer,
 * which knows clusters and clients; an experiment only claims. `step` is the id of one of the experiment's steps.
 */
export type Hypothesis = { readonly id: string; readonly claim: string } & Kind;

/** Pods of each release, by the release's name. */
export type PodsByRelease = Readonly<Record<string, number>>;

type Kind =
  /** At the step's end `pods` pods are Ready, each within `withinMs` of its creation. */
  | { readonly kind: "pods-ready"; readonly step: string; readonly pods: number; readonly withinMs: number }
  /** No pod's image was pulled: the kubelet found it on the node. */
  | { readonly kind: "image-not-pulled" }
  /** Every answer that was checked equals what the model of the answering release says. */
  | { readonly kind: "answers-equal-model"; readonly maxAbsoluteDifference: number }
  /** The API server gave every pod this quality of service. */
  | { readonly kind: "qos-class"; readonly qosClass: "Guaranteed" | "Burstable" | "BestEffort" }
  /** No request that was sent during the step failed. */
  | { readonly kind: "no-failed-requests"; readonly step: string }
  /** During the step users are without service: some requests fail. */
  | { readonly kind: "some-failed-requests"; readonly step: string }
  /** Nothing changes in the cluster during the step: no object is written by it, no pod comes or goes. */
  | { readonly kind: "nothing-changes"; readonly step: string }
  /** During the step a container is ended for its memory (OOMKilled) and started again in the same pod. */
  | { readonly kind: "oom-killed"; readonly step: string }
  /** During the step no container restarts. */
  | { readonly kind: "no-restarts"; readonly step: string }
  /** The share of CPU periods in which containers were throttled during the step is at least `share` (0..1). */
  | { readonly kind: "throttled"; readonly step: string; readonly share: number }
  /** The median latency of the step is at least `factor` times that of the step `comparedTo`. */
  | { readonly kind: "latency-rises"; readonly step: string; readonly comparedTo: string; readonly factor: number }
  /** No pod answers a prediction with success before it is Ready for the first time, in any step. */
  | { readonly kind: "not-served-before-ready" }
  /**
   * The process that hangs `hangAfterMs` after its start is found out by its liveness probe within
   * failureThreshold x period + timeout (`detectWithinMs`) and, as it does not heed SIGTERM, dead `graceMs` later.
   */
  | {
      readonly kind: "hang-killed";
      readonly step: string;
      readonly hangAfterMs: number;
      readonly detectWithinMs: number;
      readonly graceMs: number;
    }
  /** A container that exits is started again in the same pod, at least `times`, the back-off before each start as predicted (ms). */
  | {
      readonly kind: "crash-restarted";
      readonly step: string;
      readonly times: number;
      readonly backOffMs: readonly number[];
    }
  /** A pod stops being Ready, leaves the endpoints, and is not restarted. */
  | { readonly kind: "unready-not-restarted"; readonly step: string }
  /** At the step's end these pods run, and exactly `survivors` of them were there before the step. */
  | {
      readonly kind: "pods-by-release";
      readonly step: string;
      readonly pods: PodsByRelease;
      readonly survivors: number;
    }
  /** At some instant of the step `old` pods of the release before and `new` pods of the release after are Ready at once. */
  | { readonly kind: "all-ready-together"; readonly step: string; readonly old: number; readonly new: number }
  /** At no instant of the step fewer than `pods` pods are Ready. */
  | { readonly kind: "ready-at-least"; readonly step: string; readonly pods: number }
  /** At no instant of the step more than `pods` pods exist that are not terminating. */
  | { readonly kind: "pods-at-most"; readonly step: string; readonly pods: number }
  /** At some instant of the step pods of the new release start while pods of the old one terminate. */
  | { readonly kind: "starts-while-stopping"; readonly step: string }
  /** At no instant of the step pods of both releases are Ready. */
  | { readonly kind: "never-both-ready"; readonly step: string }
  /** The step's `up` fails within `withinMs` and names a pod, and every answer during it comes from the release `keeps`. */
  | { readonly kind: "rollout-stopped"; readonly step: string; readonly withinMs: number; readonly keeps: string }
  /** Endpoints change from one release to the other only when all `pods` pods of the new one are Ready; then at once. */
  | { readonly kind: "switched-when-ready"; readonly step: string; readonly pods: number }
  /** During the step every pod is replaced, the release being the same before and after. */
  | { readonly kind: "config-rolls-pods"; readonly step: string }
  /**
   * Of the answers on fresh connections after the step's operation (its pods come during it) `share` (0..1) come from `release`,
   * give or take `tolerance`. A kept connection stays with its pod.
   */
  | {
      readonly kind: "traffic-share";
      readonly step: string;
      readonly release: string;
      readonly share: number;
      readonly tolerance: number;
    };
