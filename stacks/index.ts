import type { Experiment } from "./experiment.ts";
import { pod } from "./pod.ts";

/** Every experiment by its name, which is also the name of its stack. */
export const experiments: Readonly<Record<string, Experiment>> = { pod };

/** Names of all experiments, sorted. */
export const experimentNames = (): string[] => Object.keys(experiments).sort();

/** Finds an experiment by name. */
export const findExperiment = (name: string): Experiment | undefined =>
  Object.hasOwn(experiments, name) ? experiments[name] : undefined;
