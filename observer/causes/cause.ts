import type { Failure } from "./failures.ts";
import type { Scene } from "./scene.ts";

/** The closed list of what may make a request fail, by the names that report.json uses. */
export const CAUSE_NAMES = [
  "no-endpoint",
  "only-terminating",
  "port-closed",
  "cut-in-flight",
  "idle-close",
  "ready-too-early",
  "container-ended",
  "overload",
  "load-side",
  "unexplained",
] as const;

export type CauseName = (typeof CAUSE_NAMES)[number];

/** `seen`: events show it at that instant, for the pod in question. `inferred`: it follows from times, and nothing contradicts. */
export type Certainty = "seen" | "inferred";

/** What a cause says of one failed request. */
export type Explanation = {
  readonly certainty: Certainty;
  /** What happened, as a sentence without its full stop. */
  readonly because: string;
  /** Ids of the events that show it, without the request itself. */
  readonly evidence: readonly number[];
  /** Name of the pod that failed the request, or most probably did. */
  readonly pod?: string;
  /** How long after the decisive instant the request failed, such as the close of a port. */
  readonly afterMs?: number;
  /** In what way, where a cause has several: an exit, a kill for memory, a failed probe. */
  readonly way?: string;
};

/** Failed requests of one cause, with what it says of each. */
export type Group = {
  readonly scene: Scene;
  readonly members: readonly { readonly failure: Failure; readonly explanation: Explanation }[];
};

/** What decides a cause, and what keeps it from happening. */
export type Remedy = {
  /** Field of the manifest, from the workload's root; absent where no field decides it. */
  readonly field?: string;
  readonly cover: string;
};

/** One cause of the list. */
export type CauseKind = {
  readonly name: CauseName;
  /** The cause in a few words, for tables and the time line. */
  readonly title: string;
  /** What field decides it, and what would have covered these requests. */
  readonly remedy: (group: Group) => Remedy;
  /** What happened to all requests of a group: the part of its line between the number of requests and the remedy. */
  readonly line: (group: Group) => string;
};

/** Decides whether one cause made a request fail; undefined where nothing speaks for it. */
export type Rule = (failure: Failure, scene: Scene) => Explanation | undefined;
