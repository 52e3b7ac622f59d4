import Type from "typebox";
import { INTERRUPTED } from "./exit-codes.ts";
import { defineUsage } from "./usage.ts";

/** How `test` is used. */
export const test = defineUsage({
  name: "test",
  synopsis: "[--unit]",
  summary: "every test; --unit leaves out what needs a cluster",
  description:
    "Runs the static checks, the unit tests, the plans against the real controllers where Kubernetes was built here, and the tests " +
    "that need a daemon or the cluster, with everything they need brought up. It deploys and destroys the lab's " +
    "stacks, and deletes its minikube profile and makes it again; a profile that bin/lab did not make it leaves alone, and takes " +
    "online-inference.",
  arguments: [],
  flags: Type.Object({
    unit: Type.Boolean({ default: false, description: "Static checks and unit tests only" }),
  }),
  takesSettings: false,
  examples: [
    { term: "bin/lab test", what: "Every test, on a real cluster." },
    { term: "bin/lab test --unit", what: "What needs no cluster." },
  ],
  exitCodes: [
    { code: 0, what: "every test passed" },
    { code: 1, what: "a test failed" },
    { code: 2, what: "an argument is wrong, or something is missing" },
    INTERRUPTED,
  ],
});
