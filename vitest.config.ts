import { availableParallelism } from "node:os";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";

/** Files of tests/cluster that share neither the cluster nor the node's daemon with anybody: they stop, delete or empty it. */
const alone = ["missing-image", "recovery"];
/** Files whose verdicts rest on measured behaviour: nothing but what they start themselves may run beside them. */
const undisturbed = ["hostile-bodies", "experiments", "watched-fastapi", "starved", "api-server-stop"];
/** Files that measure as well, but little services: a file of either list may run beside one of the other. */
const watch = ["watch"];
const causes = ["causes"];
/** Files of the stacks dev, helm, switch and recreate, which no other file of the checkout's stacks touches, and files without a stack. */
const beside = [
  "components",
  "destroy",
  "helm-cli",
  "kept-fields",
  "killed-create",
  "load-job",
  "reserved-stack",
  "way-back",
];
/** Files with namespaces and Pulumi states of their own: they touch none of the checkout's stacks. */
const apart = ["registry", "second-context", "watch/watch-interrupt", "watched-rights"];

const needsOutside = ["conformance", "daemon", "cluster"].map((kind) => `tests/**/*.${kind}.test.ts`);

const filesOf = (names: readonly string[]) => names.map((name) => `tests/cluster/${name}.cluster.test.ts`);

/** Tests of real daemons and clusters run one file at a time; `groupOrder` keeps the projects of one run apart as well. */
const outside = (
  name: string,
  groupOrder: number,
  files: Readonly<{ include: string[]; exclude?: string[]; globalSetup?: string[] }>,
): TestProjectConfiguration => ({
  test: {
    name,
    ...files,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    fileParallelism: false,
    sequence: { groupOrder },
  },
});

/** Projects by what a test needs from outside and what may run beside it: docs/decisions/026 says why. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/**/*.test.ts"],
          exclude: needsOutside,
          setupFiles: ["tests/support/bare-environment.ts"],
          // Some start a dozen commands, which a busy machine makes take half a minute.
          testTimeout: 60_000,
          // vitest leaves one core free for itself, which is half of a machine with two; many of these tests wait, and without
          // isolation each worker has its share of the files from the start.
          maxWorkers: availableParallelism() + 1,
          // Each file would load its packages anew, which takes two fifths of the CPU. No test replaces a module.
          isolate: false,
        },
      },
      outside("conformance", 1, { include: ["tests/**/*.conformance.test.ts"] }),
      outside("daemon", 2, { include: ["tests/**/*.daemon.test.ts"] }),
      outside("cluster-alone", 3, { include: filesOf(alone), globalSetup: ["tests/cluster/support/stale-locks.ts"] }),
      outside("cluster", 4, {
        include: ["tests/**/*.cluster.test.ts"],
        exclude: filesOf([...alone, ...beside, ...apart, ...watch, ...causes, ...undisturbed]),
        globalSetup: ["tests/cluster/support/stale-locks.ts"],
      }),
      outside("cluster-beside", 5, {
        include: filesOf(beside),
        globalSetup: ["tests/cluster/support/stale-locks.ts", "tests/cluster/support/leftovers.ts"],
      }),
      outside("cluster-apart", 6, { include: filesOf(apart), globalSetup: ["tests/cluster/support/leftovers.ts"] }),
      outside("cluster-watch", 7, { include: filesOf(watch), globalSetup: ["tests/cluster/support/leftovers.ts"] }),
      outside("cluster-causes", 8, { include: filesOf(causes), globalSetup: ["tests/cluster/support/leftovers.ts"] }),
      outside("cluster-undisturbed", 9, {
        include: filesOf(undisturbed),
        globalSetup: ["tests/cluster/support/stale-locks.ts", "tests/cluster/support/leftovers.ts"],
      }),
    ],
  },
});
