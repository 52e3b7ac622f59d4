import Type from "typebox";
import { MAX_RATE_PER_SECOND } from "../../observer/load/open-loop.ts";
import { RELEASES } from "../../service/releases.ts";
import { DECIDED, INTERRUPTED } from "./exit-codes.ts";
import { check, manifests, plan } from "./object-commands.ts";
import { report, why } from "./recording-commands.ts";
import { test } from "./test-usage.ts";
import { defineUsage, type Term, type Usage } from "./usage.ts";
import { watch } from "./watch-usage.ts";

const DONE_OR_NOT = (done: string) => [
  { code: 0, what: done },
  { code: 2, what: "an argument is wrong, or something is missing or failed: the message says what and what to do" },
  INTERRUPTED,
];

const profile = Type.Optional(
  Type.String({
    minLength: 1,
    placeholder: "NAME",
    description: "minikube profile; the one of the last command unless it is given, and minikube at first",
  }),
);

const verbose = Type.Boolean({ default: false, description: "Show all of Pulumi's output" });

const release = (standard: string, description: string) =>
  Type.Enum([...RELEASES], { default: standard, placeholder: "RELEASE", description });

/** Flags of every command that observes. */
export const observationFlags = Type.Object({
  rate: Type.Number({
    exclusiveMinimum: 0,
    maximum: MAX_RATE_PER_SECOND,
    default: 100,
    placeholder: "N",
    description: "Requests per second",
  }),
  duration: Type.Number({
    minimum: 0,
    maximum: 600,
    default: 2,
    placeholder: "SECONDS",
    description: "How long to go on watching after each step, at least",
  }),
  "at-most": Type.Number({
    exclusiveMinimum: 0,
    maximum: 100,
    default: 1,
    placeholder: "PERCENT",
    description:
      "Share of failed requests that must be excluded, at 95 % confidence, before the claim that no request fails is held; 1 takes " +
      "299 requests a step, 0.1 takes 2,995",
  }),
  "load-from": Type.Optional(
    Type.Enum(["host", "cluster"], {
      placeholder: "PLACE",
      description:
        "Where requests come from; unless it is given from this machine, or from a Job in the cluster where this machine " +
        "does not reach the stack",
    }),
  ),
  "release-from": release("v1", "Release that takes the place of v1 in the steps"),
  "release-to": release("v2", "Release that takes the place of v2 in the steps, another one than --release-from"),
  keep: Type.Boolean({ default: false, description: "Leave the stack up at the end" }),
  yes: Type.Boolean({
    default: false,
    description:
      "Destroy a stack that is up without asking; where there is no terminal to ask in, it is needed for that",
  }),
  profile,
});

const experiment = (term: string, more = ""): Term => ({
  term,
  what: `An experiment, which is the name of its stack as well: one of {stacks}${more}.`,
});

const up = defineUsage({
  name: "up",
  synopsis: "[EXPERIMENT] [--SETTING VALUE]",
  summary: "deploy an experiment, from a bare machine if need be",
  description:
    "Brings up whatever is missing (tools, cluster, plugins), deploys an experiment under the given settings, and shows one " +
    "prediction. Run again, it changes nothing and takes seconds. The checkout stays as it is. The experiment helm brings the " +
    "helm command as well.",
  arguments: [experiment("EXPERIMENT", "; pod unless it is given")],
  flags: Type.Object({ profile, verbose }),
  takesSettings: true,
  examples: [
    { term: "bin/lab up pod", what: "From a bare machine to a prediction." },
    { term: "bin/lab up rolling --release v2 --replicas 4", what: "Release v2 on four pods." },
  ],
  exitCodes: DONE_OR_NOT("the stack is up and answered"),
});

const observe = defineUsage({
  name: "observe",
  synopsis: "EXPERIMENT|all [--SETTING VALUE]",
  summary: "run it under load, decide its hypotheses, write a report",
  description:
    "Goes through an experiment's steps under load, records what cluster and clients see, decides the experiment's hypotheses " +
    "by it, and writes a report into reports/EXPERIMENT/TIME. It begins without the stack: one that is up is destroyed first, if " +
    "you agree. At the end it is destroyed again, unless --keep is given. Meanwhile nothing else changes it.",
  arguments: [experiment("EXPERIMENT"), { term: "all", what: "Every experiment, one after the other." }],
  flags: observationFlags,
  takesSettings: true,
  examples: [
    { term: "bin/lab observe blue-green", what: "All steps of blue-green, about two minutes." },
    {
      term: "bin/lab observe rolling --preStopSeconds 0 --drainSeconds 0",
      what: "What a rollout does to users where pods do not drain.",
    },
  ],
  exitCodes: DECIDED,
});

const compare = defineUsage({
  name: "compare",
  synopsis: "STRATEGY STRATEGY ... [--repeat K] [--SETTING VALUE]",
  summary: "the same change of release through several, side by side",
  description:
    "Runs the same load and the same change of release through several experiments, and writes every run, its drawing and what they " +
    "tell into reports/compare/TIME. Settings hold for all of them. One run of each says little. With --repeat K there are K rounds in an " +
    "order by chance, each with a second run of the first strategy as the control; a difference is told only where intervals part " +
    "and where it is more than the control's. A run on a starved machine is repeated once, then left out; a rollout that fails " +
    "counts, and its strategy is never the cheapest. After Ctrl-C the same command goes on with the runs that are done, for a day and as " +
    "long as no source is edited. Stacks that are up are destroyed first, if you agree.",
  arguments: [
    {
      term: "STRATEGY",
      what: "Two or more different experiments that change the release, such as rolling or blue-green.",
    },
  ],
  flags: Type.Object({
    repeat: Type.Integer({
      minimum: 1,
      maximum: 50,
      default: 1,
      placeholder: "K",
      description: "Rounds; 5 are the least that tell two strategies apart, 6 three of them",
    }),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2 ** 31 - 1,
        placeholder: "N",
        description: "What decides the order of the runs; by chance unless it is given. Another one begins anew",
      }),
    ),
    ...observationFlags.properties,
  }),
  takesSettings: true,
  examples: [
    { term: "bin/lab compare rolling blue-green --repeat 5", what: "Which of the two costs users less." },
    {
      term: "bin/lab compare rolling recreate --rate 50",
      what: "A first look: one run of each, at 50 requests a second.",
    },
  ],
  exitCodes: [
    { code: 0, what: "every strategy has as many rollouts that completed and count as were asked for" },
    { code: 2, what: "one has fewer, an argument is wrong, or something is missing" },
    INTERRUPTED,
  ],
});

const doctor = defineUsage({
  name: "doctor",
  synopsis: "[--profile NAME]",
  summary: "what is here, how it came, what is missing",
  description:
    "Lists what the lab needs on this machine, how each came here, and how to get what is missing. Changes nothing.",
  arguments: [],
  flags: Type.Object({ profile }),
  takesSettings: false,
  examples: [
    { term: "bin/lab doctor", what: "The machine and its minikube profile." },
    { term: "bin/lab doctor --profile lab2", what: "The machine and another profile." },
  ],
  exitCodes: [
    { code: 0, what: "nothing is missing" },
    { code: 2, what: "something is missing, or an argument is wrong" },
    INTERRUPTED,
  ],
});

const env = defineUsage({
  name: "env",
  synopsis: "",
  summary: 'variables for a shell: eval "$(bin/lab env)"',
  description: "Prints what a shell needs for plain pulumi, minikube, kubectl and helm, as lines for eval.",
  arguments: [],
  flags: Type.Object({}),
  takesSettings: false,
  examples: [
    { term: 'eval "$(bin/lab env)"', what: "Once per shell; then: pulumi preview --stack pod" },
    { term: "bin/lab env | grep PULUMI", what: "What is set for Pulumi." },
  ],
  exitCodes: [
    { code: 0, what: "the variables were printed" },
    { code: 2, what: "this machine is not set up yet, or an argument is wrong" },
    INTERRUPTED,
  ],
});

const down = defineUsage({
  name: "down",
  synopsis: "[EXPERIMENT ... [--reset]] [--cluster]",
  summary: "destroy stacks; --cluster deletes the minikube profile too",
  description:
    "Destroys stacks in the cluster where they are up, whatever their config says by now. Of a minikube profile that was " +
    "deleted it empties Pulumi's state. Stacks that were never up take no time.",
  arguments: [experiment("EXPERIMENT", "; all of them unless one is given")],
  flags: Type.Object({
    cluster: Type.Boolean({ default: false, description: "Delete the minikube profile as well, if bin/lab made it" }),
    reset: Type.Boolean({
      default: false,
      description: "Take the settings that -c has saved out of Pulumi.EXPERIMENT.yaml as well; needs an EXPERIMENT",
    }),
    profile: Type.Optional(
      Type.String({
        ...profile,
        description:
          "Only stacks that are up in this minikube profile, which --cluster deletes; any, and the profile of the last command, " +
          "unless it is given",
      }),
    ),
    verbose,
  }),
  takesSettings: false,
  examples: [
    { term: "bin/lab down rolling canary --reset", what: "These two, and what was saved for them." },
    { term: "bin/lab down --cluster", what: "All stacks, and the minikube profile if bin/lab made it." },
  ],
  exitCodes: DONE_OR_NOT("none of them is up any more"),
});

const clean = defineUsage({
  name: "clean",
  synopsis: "[--dry-run]",
  summary: "delete old tools from the cache; --dry-run only lists them",
  description:
    "Deletes what no later run reads from the cache: tools and images of which a newer one is there, and what interrupted " +
    "runs left. The stacks, their state and the cluster stay.",
  arguments: [],
  flags: Type.Object({
    "dry-run": Type.Boolean({ default: false, description: "Say what would be deleted, and delete nothing" }),
  }),
  takesSettings: false,
  examples: [
    { term: "bin/lab clean --dry-run", what: "What is old, and what it takes on the disk." },
    { term: "bin/lab clean", what: "Delete that." },
  ],
  exitCodes: DONE_OR_NOT("nothing old is left, or it was listed"),
});

/** How each command is used, in the order in which they are listed. */
export const USAGES = {
  up,
  observe,
  watch,
  compare,
  report,
  why,
  plan,
  check,
  manifests,
  test,
  doctor,
  env,
  down,
  clean,
} satisfies Record<string, Usage>;

/** The name of a command. */
export type CommandName = keyof typeof USAGES;
