import type { CauseName } from "../../observer/causes/cause.ts";

/** A rollout, or a fault, of which it is known beforehand why its requests fail. */
export type Construction = {
  readonly name: string;
  /** The only causes that its requests can have. */
  readonly causes: readonly CauseName[];
  /** A failure of each of these must occur, or nothing was constructed. */
  readonly mustOccur: readonly CauseName[];
  readonly replicas: number;
  readonly strategy: "RollingUpdate" | "Recreate";
  readonly ratePerSecond: number;
  readonly graceSeconds: number;
  readonly preStopSeconds: number;
  readonly memoryMebibytes: number;
  readonly probes: readonly ("readiness" | "startup" | "liveness")[];
  readonly env: Readonly<Record<string, string>>;
  /** Environment of the new pods where it differs: the change that is rolled out. Absent where nothing is rolled out. */
  readonly change?: Readonly<Record<string, string>>;
  /** For how long the load's process is stopped, a second after the change. */
  readonly stopLoadMs?: number;
  /** For how long to go on after the change has come to its end. */
  readonly observeMs: number;
};

const usual = {
  replicas: 3,
  strategy: "RollingUpdate",
  ratePerSecond: 100,
  graceSeconds: 10,
  preStopSeconds: 3,
  memoryMebibytes: 128,
  probes: ["readiness"],
  env: { STOPS_LISTENING: "yes" },
  observeMs: 6_000,
} as const satisfies Partial<Construction>;

/** One for each cause that a manifest decides, and two at once. */
export const CONSTRUCTIONS: readonly Construction[] = [
  {
    ...usual,
    name: "no-wait",
    causes: ["port-closed", "idle-close"],
    mustOccur: ["port-closed"],
    preStopSeconds: 0,
    change: {},
  },
  {
    ...usual,
    name: "short-grace",
    causes: ["cut-in-flight", "idle-close"],
    mustOccur: ["cut-in-flight"],
    ratePerSecond: 40,
    // The wait takes two of the three seconds; an answer takes longer than the one that is left.
    preStopSeconds: 2,
    graceSeconds: 3,
    env: { ANSWER_MS: "2500" },
    change: {},
  },
  {
    ...usual,
    name: "no-probe",
    // Kept connections are closed as the old pods stop, whatever the wait before. On a starved machine nothing tells a closed port from
    // the address of a pod of the construction before, to which the node's connection tracking may lead.
    causes: ["ready-too-early", "idle-close", "port-closed"],
    mustOccur: ["ready-too-early"],
    probes: [],
    change: { LISTEN_AFTER_MS: "4000" },
  },
  {
    ...usual,
    name: "recreate",
    causes: ["no-endpoint", "only-terminating", "idle-close"],
    mustOccur: ["no-endpoint"],
    strategy: "Recreate",
    change: {},
  },
  {
    ...usual,
    name: "leak",
    causes: ["container-ended", "no-endpoint"],
    mustOccur: ["container-ended"],
    replicas: 1,
    env: { LEAK_MEBIBYTES_PER_SECOND: "12" },
    observeMs: 14_000,
  },
  {
    ...usual,
    name: "hang",
    causes: ["container-ended", "no-endpoint"],
    mustOccur: ["container-ended"],
    probes: ["readiness", "liveness"],
    env: { HANG_AFTER_MS: "9000" },
    replicas: 1,
    observeMs: 16_000,
  },
  {
    ...usual,
    name: "load-stopped",
    causes: ["load-side"],
    mustOccur: ["load-side"],
    env: { STOPS_LISTENING: "yes", ANSWER_MS: "200" },
    stopLoadMs: 8_000,
    observeMs: 3_000,
  },
  {
    ...usual,
    name: "two-at-once",
    causes: ["port-closed", "idle-close", "ready-too-early"],
    mustOccur: ["port-closed", "ready-too-early"],
    preStopSeconds: 0,
    probes: [],
    change: { LISTEN_AFTER_MS: "3000" },
  },
];
