/** Which rooms of the house import which: whatever is not named here is not allowed, types included. */
export type Room = {
  /** Folder, or file, from the root of the checkout. */
  readonly path: string;
  /** Folders and files that it may import beside its own. */
  readonly imports: readonly string[];
  /** Folders and files of which it may import types alone. */
  readonly types?: readonly string[];
};

/** The rooms, the lowest first. */
export const ROOMS: readonly Room[] = [
  { path: "common", imports: [] },
  { path: "kubernetes", imports: [] },
  { path: "service", imports: [] },
  { path: "plan", imports: ["kubernetes", "common"] },
  { path: "observer", imports: ["kubernetes", "common"] },
  { path: "setup", imports: ["common"] },
  {
    path: "stacks",
    imports: ["plan", "kubernetes", "common", "service/build.ts", "service/releases.ts"],
    types: ["observer/verdicts/hypotheses/index.ts"],
  },
  { path: "policy", imports: ["plan", "kubernetes", "common", "service/src/config.ts"] },
  { path: "bench", imports: ["service", "setup", "common"] },
  { path: "cli", imports: ["observer", "stacks", "plan", "kubernetes", "setup", "service", "common"] },
  { path: "index.ts", imports: ["stacks", "plan", "common"] },
];

/**
 * Rooms within rooms, the lowest of each first. Files that lie in a room itself, beside these, are below them all in the observer
 * (events, clock, words) and in cli/ (commands, progress), and above them all elsewhere.
 */
export const INNER_ROOMS: readonly Room[] = [
  { path: "observer/recording", imports: [] },
  { path: "observer/load", imports: ["observer/recording"] },
  { path: "observer/watch", imports: ["observer/load", "observer/recording"] },
  { path: "observer/run", imports: ["observer/watch", "observer/load", "observer/recording"] },
  { path: "observer/course", imports: [] },
  { path: "observer/verdicts", imports: ["observer/course"] },
  { path: "observer/report", imports: ["observer/verdicts", "observer/course"] },
  { path: "observer/comparison", imports: ["observer/report", "observer/course"] },
  { path: "stacks/settings", imports: [] },
  { path: "stacks/objects", imports: ["stacks/settings"] },
  { path: "stacks/images", imports: ["stacks/settings"] },
  { path: "stacks/live", imports: [] },
  { path: "setup/machine", imports: [] },
  { path: "setup/tools", imports: ["setup/machine"] },
  { path: "setup/cluster", imports: ["setup/tools", "setup/machine"] },
  { path: "setup/docker-provider", imports: [] },
  { path: "cli/stack", imports: [] },
  { path: "cli/observation", imports: ["cli/stack"] },
  { path: "cli/commands", imports: ["cli/observation", "cli/stack"] },
];

/** Folders with one file for each name that a user can type, and the one that is a program of its own. */
export const LARGE_FOLDERS = [".", "stacks", "cli/commands", "observer/verdicts/hypotheses", "setup/docker-provider"];

/** File names that are there more than once, because the folders say which is which. This list may only get shorter. */
export const TWINS = [
  "app.ts",
  "build.ts",
  "bundle.ts",
  "chart.ts",
  "cluster.ts",
  "config.ts",
  "data.ts",
  "deployment.ts",
  "docker.ts",
  "doctor.ts",
  "environment.ts",
  "faults.ts",
  "image.ts",
  "index.ts",
  "install.ts",
  "labels.ts",
  "machine.ts",
  "main.ts",
  "metrics.ts",
  "objects.ts",
  "pod.ts",
  "pods.ts",
  "prepare.ts",
  "progress.ts",
  "pulumi.ts",
  "replicaset.ts",
  "report.ts",
  "requests.ts",
  "schemas.ts",
  "statistics.ts",
];
