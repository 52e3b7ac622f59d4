/** Which files and folders a room imports: whatever is not named here is not allowed, types included. */
export type Room = {
  /** Folder, or file, from the root of the checkout. */
  readonly path: string;
  /** Folders and files that it may import beside its own. */
  readonly imports: readonly string[];
  /** Folders and files of which it may import types alone. */
  readonly types?: readonly string[];
  /** It takes plain values and gives plain values: of packages it imports types alone, and nothing of Node.js. */
  readonly pure?: true;
};

/** The rooms, the lowest first. Code that lies in none of them is a fault. */
export const ROOMS: readonly Room[] = [
  { path: "common", imports: [], pure: true },
  { path: "kubernetes", imports: [], pure: true },
  { path: "service", imports: [] },
  { path: "charts", imports: [] },
  { path: "plan", imports: ["kubernetes", "common"], pure: true },
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

/** A room that has rooms in it. */
export type Wing = {
  readonly path: string;
  /** Whether the files that lie beside its rooms are the ground of these, or make use of them. */
  readonly ownFiles: "below" | "above";
  /** Files of its own that stand at the other end. */
  readonly except: readonly string[];
  /** The rooms in it, the lowest first, and which of its other rooms each imports. */
  readonly rooms: readonly Room[];
};

export const WINGS: readonly Wing[] = [
  {
    path: "observer",
    ownFiles: "below",
    except: [],
    rooms: [
      { path: "observer/recording", imports: [] },
      { path: "observer/load", imports: ["observer/recording"] },
      { path: "observer/watch", imports: ["observer/load", "observer/recording"] },
      { path: "observer/run", imports: ["observer/watch", "observer/load", "observer/recording"] },
      { path: "observer/course", imports: [] },
      { path: "observer/verdicts", imports: ["observer/course"] },
      { path: "observer/report", imports: ["observer/verdicts", "observer/course"] },
      { path: "observer/comparison", imports: ["observer/report", "observer/course"] },
    ],
  },
  {
    path: "stacks",
    ownFiles: "above",
    // The program finds the experiment that config names.
    except: ["stacks/index.ts", "stacks/experiment.ts"],
    rooms: [
      { path: "stacks/settings", imports: [] },
      { path: "stacks/objects", imports: ["stacks/settings"] },
      { path: "stacks/images", imports: ["stacks/settings"] },
      { path: "stacks/live", imports: [] },
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
    // The entry, which knows every command.
    except: ["cli/lab.ts"],
    rooms: [
      { path: "cli/stack", imports: [] },
      { path: "cli/observation", imports: ["cli/stack"] },
      { path: "cli/commands", imports: ["cli/observation", "cli/stack"] },
    ],
  },
];

/** Folders with one file for each name that a user can type, and the one that is a program of its own. */
export const LARGE_FOLDERS = [".", "stacks", "cli/commands", "observer/verdicts/hypotheses", "setup/docker-provider"];

/** File names that are there more than once, and how often, because the folders say which is which. This may only get less. */
export const TWINS: Readonly<Record<string, number>> = {
  "app.ts": 3,
  "build.ts": 2,
  "bundle.ts": 3,
  "chart.ts": 2,
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
  "pod.ts": 3,
  "pods.ts": 4,
  "prepare.ts": 3,
  "progress.ts": 2,
  "pulumi.ts": 2,
  "replicaset.ts": 2,
  "report.ts": 2,
  "requests.ts": 2,
  "schemas.ts": 2,
  "statistics.ts": 2,
};
