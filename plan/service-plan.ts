import type { Span } from "./plan-context.ts";

/** Ready pods of one workload and release to which a Service leads. */
export type Served = { readonly workload: string; readonly release: string; readonly pods: number };

/**
 * What a change does to the users of a Service, by all workloads behind it together. Pods that terminate do not count, although
 * kube-proxy leads to them as long as no other pod is ready.
 */
export type ServicePlan = {
  readonly name: string;
  /**
   * - create, remove: the Service does not exist before, or after
   * - move: its selector changes, and selects other pods
   * - keep: it selects by the same labels, whatever becomes of the pods
   */
  readonly change: "create" | "keep" | "move" | "remove";
  /** Who serves now, and at the end: Ready pods only. */
  readonly before: readonly Served[];
  readonly after: readonly Served[];
  /** At any instant at least and at most so many endpoints are ready. */
  readonly minReady: number;
  readonly maxReady: number;
  /**
   * Whether there is an instant without a ready endpoint although there was one before: `no` and `certain` are known,
   * `possible` depends on which of several changes comes first.
   */
  readonly outage: "no" | "possible" | "certain";
  /** How long the outage may last, if there are bounds. */
  readonly outageMs?: Span;
  /** Its selector finds no pod in the end. */
  readonly selectsNone?: true;
  /** Workloads of which it selects the pods, before or after. */
  readonly workloads: readonly string[];
  /** Its users fare as the pods of the one workload behind it do. */
  readonly alone: boolean;
  /** Nothing that it selects changes. */
  readonly idle: boolean;
  /** The changing workloads that it waits for before it moves. Absent where it may move at any time. */
  readonly movesAfter?: readonly string[];
  /** The workload that comes to a halt, for which the Service and the removals wait in vain. */
  readonly waitsFor?: string;
};
