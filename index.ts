import "./start/keep-compiled.ts";
import "./start/end-unheard.ts";
import "./start/plain-stack-traces.ts";
import type { StackOutputs } from "./stacks/program/outputs.ts";
import { startOf } from "./start/bundled.ts";
import { cacheFolder } from "./start/cache-folder.ts";
import { STACKS } from "./start/programs.ts";

/** The Pulumi program, from a bundle if there is one: config -> experiment -> images -> objects -> plan -> resources -> outputs. */
export default async (): Promise<StackOutputs> => {
  const start = await startOf(STACKS, { project: import.meta.dirname, cache: cacheFolder(process.env) });
  const { runProgram }: typeof import("./stacks/program/run-program.ts") = await import(start);
  return runProgram();
};
