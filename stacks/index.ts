import { blueGreen } from "./blue-green.ts";
import { canary } from "./canary.ts";
import type { Experiment } from "./experiment.ts";
import { helm } from "./helm.ts";
import { pod } from "./pod.ts";
import { probes } from "./probes.ts";
import { recreate } from "./recreate.ts";
import { replicaset } from "./replicaset.ts";
import { resources } from "./resources.ts";
import { rolling } from "./rolling.ts";
import { switched } from "./switch.ts";

/** Every experiment by its name, which is also the name of its stack. */
export const experiments: Readonly<Record<string, Experiment>> = {
  pod,
  resources,
  probes,
  replicaset,
  "blue-green": blueGreen,
  switch: switched,
  rolling,
  helm,
  recreate,
  canary,
};

/** Names of all experiments, sorted. */
export const experimentNames = (): string[] => Object.keys(experiments).sort();

/** Finds an experiment by name. */
export const findExperiment = (name: string): Experiment | undefined =>
  Object.hasOwn(experiments, name) ? experiments[name] : undefined;
