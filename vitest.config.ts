import { defineConfig } from "vitest/config";

/**
 * Four projects, by what a test needs from the outside: nothing (`*.test.ts`), Kubernetes' controllers as programs
 * (`*.conformance.test.ts`), a docker daemon (`*.daemon.test.ts`), or the cluster (`*.cluster.test.ts`).
 */
const needsOutside = ["tests/**/*.conformance.test.ts", "tests/**/*.daemon.test.ts", "tests/**/*.cluster.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: { name: "unit", include: ["tests/**/*.test.ts"], exclude: needsOutside, testTimeout: 20_000 },
      },
      {
        test: {
          name: "conformance",
          include: ["tests/**/*.conformance.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "daemon",
          include: ["tests/**/*.daemon.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "cluster",
          include: ["tests/**/*.cluster.test.ts"],
          globalSetup: ["tests/cluster/leftovers.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
