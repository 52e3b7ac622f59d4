/** What the load's client knows of a request's way, beside its outcome. */
export type ConnectionFacts = {
  /** Number of the kept TCP connection that the request went over; requests of one number went over one connection. */
  readonly socket?: number;
  /** How long a kept connection had been idle; absent for its first request, and where the request did not fail. */
  readonly idleMs?: number;
  /** How far a request without an answer came: it got no connection, it was sent, or its answer had begun. */
  readonly reached?: "nothing" | "server" | "answer";
  /** What an answer that refuses says of when to come again, in seconds. */
  readonly retryAfterSeconds?: number;
};

type ProbeName = "startup" | "readiness" | "liveness";

/** What a pod's template says of its start and its end; absent in recordings of earlier versions. */
export type PodShape = {
  /** `terminationGracePeriodSeconds`. */
  readonly graceSeconds?: number;
  /** The wait before SIGTERM, the longest of all containers; absent where there is none, or a command decides it. */
  readonly preStopSeconds?: number;
  /** A command or a request of a container decides how long the wait is, which nothing tells. */
  readonly preStopHook?: true;
  /** The probes that every container has. */
  readonly probes?: readonly ProbeName[];
  /** The probes that one of the containers has, or more; absent in recordings of versions that told only of those that all have. */
  readonly probesOfAny?: readonly ProbeName[];
};

/** How a container ended that is terminated now. */
export type ContainerExit = {
  readonly exitCode?: number;
  /** Ms since the epoch, in whole seconds. */
  readonly finishedAtMs?: number;
};

/** One state of a container as the kubelet reports it. */
export type ContainerState = ContainerExit & {
  readonly name: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly imageId: string;
  readonly state: "waiting" | "running" | "terminated";
  readonly reason?: string;
  /** Ms since the epoch; only while the container is running. */
  readonly startedAtMs?: number;
  /** How the container's previous run ended. */
  readonly last?: {
    readonly reason?: string;
    readonly exitCode: number;
    readonly signal?: number;
    readonly startedAtMs?: number;
    readonly finishedAtMs?: number;
  };
};

/** An init container. A native sidecar (restartPolicy Always) goes on running beside the others. */
export type InitContainerState = ContainerState & { readonly sidecar?: true };

/**
 * What a Deployment's or StatefulSet's spec promises of its pods, terminating ones not counted; absent where it promises nothing,
 * and in recordings of earlier versions.
 */
export type OwnerBounds = {
  /** Pods that are Ready at every instant: replicas - maxUnavailable. */
  readonly leastReady?: number;
  /** Pods that exist at once: replicas + maxSurge. */
  readonly mostPods?: number;
};
