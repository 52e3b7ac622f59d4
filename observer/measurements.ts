/* Events that are figures; events.ts puts them beside the others. They are part of the format on disk. */

/** A container's own cgroup figures, read from its /metrics; a figure that it does not give is absent. */
export type ContainerMeasured = {
  readonly type: "container";
  readonly pod: string;
  readonly memoryBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly cpuPeriods?: number;
  readonly throttledPeriods?: number;
  readonly throttledSeconds?: number;
  readonly cpuSeconds?: number;
};

/** A comparison of clocks: the cluster's time minus the host's is `offsetMs`, give or take `uncertaintyMs`. */
export type ClockCompared = {
  readonly type: "clock";
  readonly peer: string;
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
};

/** What the observer's own process has cost since it began to observe. */
export type ObserverMeasured = {
  readonly type: "observer";
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly eventLoopP99Ms: number;
};

/**
 * What this machine did since the sample before, about every 2 s. CPU is in cores: 1.5 of 2 means that one was busy all the time
 * and the other half of it.
 */
export type MachineMeasured = {
  readonly type: "machine";
  readonly overMs: number;
  readonly cores: number;
  readonly busyCores: number;
  /** CPU by owner. Absent where this machine does not show the processes of the node. */
  readonly owners?: {
    /** The stack's pods, those that its rollout starts included. */
    readonly stack: number;
    /** Pods of kube-system, the kubelet, and the daemons that run containers. */
    readonly cluster: number;
    /** The observer, Pulumi and everything else that it starts. */
    readonly observer: number;
    /** Everything else, and what a hypervisor took. */
    readonly others: number;
  };
  /** By how much timers of the observer came late, but for single ones (95th percentile; in earlier recordings the 99th of more). */
  readonly timersLateMs: number;
  /** Round trip of a small request to the API server; absent where no answer came in time. */
  readonly apiServerMs?: number;
};

/**
 * What a node did between two figures of its kubelet, about every 10 s; recorded up to 5 s after the second one. Only where this
 * machine does not show the processes of the node. CPU is in cores.
 */
export type NodeMeasured = {
  readonly type: "node";
  readonly node: string;
  readonly overMs: number;
  readonly cores: number;
  readonly busyCores: number;
  readonly owners: {
    /** The stack's pods, those that ended meanwhile included. */
    readonly stack: number;
    /** Pods of kube-system, the kubelet, and the container runtime. */
    readonly cluster: number;
    /** Pods of other namespaces, and what runs on the node beside pods. */
    readonly others: number;
  };
};
