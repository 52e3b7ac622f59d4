import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Type, { type Static } from "typebox";
import { Check } from "typebox/schema";
import { UserError } from "../common/user-error.ts";
import type { Profile } from "./cluster/profile.ts";
import type { Paths } from "./machine/paths.ts";

/** Decisions of set-up that later commands need; they are kept as a file beside Pulumi's state. */
const machineState = Type.Object({
  /** The minikube profile of the last command that named or made one; commands take it unless they are given another. */
  profile: Type.Optional(Type.String()),
  /** The profiles that the lab made and nobody deleted by it; absent in files of before it was written down. */
  madeByLab: Type.Optional(Type.Array(Type.String())),
  /** Address of the profile's node, which no proxy knows. */
  nodeAddress: Type.Optional(Type.String()),
  /** Pulumi home in the lab's cache; absent if Pulumi uses the user's own, with the official plugins. */
  pulumiHome: Type.Optional(Type.String()),
  /** Build context of the service's base image; absent if an image registry is reached. */
  baseContext: Type.Optional(Type.String()),
  /** Flags that make the cluster again; absent if minikube's own defaults make it. */
  startFlags: Type.Optional(Type.Record(Type.String(), Type.String())),
});

export type MachineState = Readonly<Static<typeof machineState>>;

const fileName = "machine.json";

/** Writes the decisions of set-up. */
export async function saveMachineState({ home }: Pick<Paths, "home">, state: MachineState): Promise<void> {
  await mkdir(home, { recursive: true });
  const file = join(home, fileName);
  await writeFile(`${file}.new`, JSON.stringify(state, undefined, 2));
  await rename(`${file}.new`, file);
}

/**
 * Reads the decisions of set-up; undefined if it has not run on this machine, or if the file is damaged: then it runs again.
 * Earlier versions kept the file in the cache.
 */
export async function loadMachineState({
  home,
  cache,
}: Pick<Paths, "home" | "cache">): Promise<MachineState | undefined> {
  for (const folder of [home, cache]) {
    const text = await readFile(join(folder, fileName), "utf8").catch(() => undefined);
    if (text !== undefined) return parse(text);
  }
  return undefined;
}

function parse(text: string): MachineState | undefined {
  try {
    const state: unknown = JSON.parse(text);
    return Check(machineState, state) ? state : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Like `loadMachineState`, for commands that need the decisions.
 * @throws {UserError} if set-up has not run on this machine.
 */
export async function requireMachineState(paths: Paths): Promise<MachineState> {
  const state = await loadMachineState(paths);
  if (!state) throw new UserError("this machine is not set up yet. Run: bin/lab up pod");
  return state;
}

/** Whether the lab made a profile, by what it wrote down, or else by the profile's own looks. */
export const isMadeByLab = ({ madeByLab }: MachineState, profile: Pick<Profile, "name" | "looksLabMade">): boolean =>
  madeByLab?.includes(profile.name) ?? profile.looksLabMade;
