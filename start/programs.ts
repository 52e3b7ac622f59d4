/** A program that can start from a bundle. */
export interface Program {
  /** Name of the bundle's file, without its ending. */
  readonly name: string;
  /** The source that it starts from, relative to the checkout. */
  readonly source: string;
  /** The rooms that it imports, all of which decide its key. */
  readonly rooms: readonly string[];
}

const BELOW = ["common", "kubernetes", "plan", "service", "stacks", "start"];

/** The Pulumi program. */
export const STACKS: Program = { name: "stacks", source: "stacks/program/run-program.ts", rooms: BELOW };

const ALL = [...BELOW, "cli", "observer", "policy", "setup"];

/** The command line. */
export const LAB: Program = { name: "lab", source: "cli/lab.ts", rooms: ALL };

/** What an observation asks about a stack in a process of its own. */
export const FACTS: Program = { name: "facts", source: "cli/stack/facts-process.ts", rooms: ALL };
