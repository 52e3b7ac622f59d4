import { readdir } from "node:fs/promises";
import type { Paths } from "./machine/paths.ts";

/** The stacks of the project: one for every committed Pulumi.<stack>.yaml, sorted. */
export async function stackNames({ project }: Pick<Paths, "project">): Promise<string[]> {
  const names = (await readdir(project)).map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}
