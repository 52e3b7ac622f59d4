/** A room and its allowed imports. Imports that are not named here are forbidden, those of types included. */
export type Room = {
  /** Path of a folder or a file, from the root of the checkout. */
  readonly path: string;
  /** Folders and files that it may import besides itself. */
  readonly imports: readonly string[];
  /** Folders and files from which it may import types alone. */
  readonly types?: readonly string[];
  /** A pure room has no effects: from packages it may import types alone, and from Node.js nothing. */
  readonly pure?: true;
};

/** The rooms, the lowest first. Code outside of all rooms is a fault. */
export const ROOMS: readonly Room[] = [
  { path: "common", imports: [], pure: true },
  { path: "kubernetes", imports: [], pure: true },
  { path: "service", imports: [] },
  { path: "charts", imports: [] },
  { path: "plan", imports: ["kubernetes", "common"], pure: true },
  { path: "observer", imports: ["kubernetes", "common"] },
  { path: "start", imports: [] },
  { path: "setup", imports: ["common", "start/cache-folder.ts", "start/compile-cache.ts", "start/kept-fact.ts"] },
  {
    path: "stacks",
    imports: ["plan", "kubernetes", "common", "start", "service/build.ts", "service/releases.ts"],
    types: ["observer/verdicts/hypotheses/index.ts"],
  },
  { path: "policy", imports: ["plan", "kubernetes", "common", "service/src/config.ts"] },
  { path: "bench", imports: ["service", "setup", "common"] },
  {
    path: "cli",
    imports: ["observer", "stacks", "policy", "plan", "kubernetes", "setup", "service", "common", "start"],
  },
  { path: "examples", imports: ["observer", "common"] },
  { path: "index.ts", imports: ["stacks", "start", "common"] },
];

/** A room that contains rooms. */
export type Wing = {
  readonly path: string;
  /** Whether the files beside its rooms are imported by the rooms (`below`), or import them (`above`). */
  readonly ownFiles: "below" | "above";
  /** Files beside its rooms for which the opposite of `ownFiles` holds. */
  readonly except: readonly string[];
  /** Its rooms, the lowest first, and which of the others each may import. */
  readonly rooms: readonly Room[];
};

export const WINGS: readonly Wing[] = [
  {
    path: "observer",
    ownFiles: "below",
    except: [],
    rooms: [
      { path: "observer/recording", imports: [] },
      { path: "observer/request", imports: [] },
      { path: "observer/load", imports: ["observer/request", "observer/recording"] },
      { path: "observer/watch", imports: ["observer/load", "observer/recording"] },
      { path: "observer/run", imports: ["observer/watch", "observer/load", "observer/recording"] },
      { path: "observer/course", imports: [] },
      { path: "observer/verdicts", imports: ["observer/course"] },
      { path: "observer/causes", imports: ["observer/course"] },
      { path: "observer/report", imports: ["observer/verdicts", "observer/causes", "observer/course"] },
      { path: "observer/comparison", imports: ["observer/report", "observer/verdicts", "observer/course"] },
    ],
  },
  {
    path: "stacks",
    ownFiles: "above",
    // The program imports these to find the experiment that config names.
    except: ["stacks/index.ts", "stacks/experiment.ts"],
    rooms: [
      { path: "stacks/settings", imports: [] },
      { path: "stacks/objects", imports: ["stacks/settings"] },
      { path: "stacks/images", imports: ["stacks/settings"] },
      { path: "stacks/live", imports: [] },
      { path: "stacks/template", imports: ["stacks/objects", "stacks/settings"] },
      { path: "stacks/program", imports: ["stacks/settings", "stacks/objects", "stacks/images", "stacks/live"] },
    ],
  },
  {
    path: "setup",
    ownFiles: "above",
    except: [],
    rooms: [
      { path: "setup/machine", imports: [] },
      { path: "setup/tools", imports: ["setup/machine"] },
      { path: "setup/cluster", imports: ["setup/tools", "setup/machine"] },
      { path: "setup/docker-provider", imports: [] },
    ],
  },
  {
    path: "cli",
    ownFiles: "below",
    // From the entry to what a command is asked for; they know the rooms.
    except: ["cli/start-lab.ts", "cli/lab.ts", "cli/run-command.ts"],
    rooms: [
      { path: "cli/usage", imports: [] },
      { path: "cli/stack", imports: [] },
      { path: "cli/observation", imports: ["cli/usage", "cli/stack"] },
      { path: "cli/watch", imports: ["cli/observation", "cli/stack", "cli/usage"] },
      { path: "cli/reports", imports: [] },
      { path: "cli/objects", imports: [] },
      { path: "cli/plans", imports: ["cli/objects"] },
      {
        path: "cli/commands",
        imports: ["cli/watch", "cli/observation", "cli/stack", "cli/usage", "cli/plans", "cli/objects", "cli/reports"],
      },
      { path: "cli/scripts", imports: [] },
    ],
  },
];

/** Folders that may have more files: those with one file for each name that a user can type, and the docker plugin. */
export const LARGE_FOLDERS = [
  ".",
  "stacks",
  "cli/commands",
  "docs/decisions",
  "observer/verdicts/hypotheses",
  "setup/docker-provider",
  "tests/fixtures/recordings",
  "tests/observer/verdicts/hypotheses",
];

/** File names that exist more than once, and how often; their folders say which is which. Entries may only become fewer. */
export const TWINS: Readonly<Record<string, number>> = {
  "app.ts": 3,
  "build.ts": 2,
  "bundle.ts": 3,
  "chart.ts": 2,
  "check.ts": 2,
  "cluster.ts": 2,
  "config.ts": 2,
  "data.ts": 2,
  "deployment.ts": 2,
  "docker.ts": 2,
  "doctor.ts": 2,
  "environment.ts": 2,
  "faults.ts": 2,
  "image.ts": 2,
  "index.ts": 3,
  "install.ts": 2,
  "labels.ts": 3,
  "machine.ts": 2,
  "main.ts": 2,
  "metrics.ts": 3,
  "objects.ts": 2,
  "plan.ts": 2,
  "pod.ts": 3,
  "pods.ts": 3,
  "prepare.ts": 3,
  "progress.ts": 2,
  "pulumi.ts": 2,
  "replicaset.ts": 2,
  "report.ts": 2,
  "requests.ts": 2,
  "schemas.ts": 2,
  "statistics.ts": 2,
};
