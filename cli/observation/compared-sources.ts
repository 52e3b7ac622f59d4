import { randomUUID } from "node:crypto";
import { LAB } from "../../start/programs.ts";
import { sourcesKey } from "../../start/sources-key.ts";

/** What the image and the chart are made of, beside TypeScript: models, Dockerfile, templates. */
const CONTENT = ["service", "charts"];

/**
 * A key of all in a checkout that decides what a comparison's runs do. A version of the lab does not tell two states of edited
 * sources from each other: `0.1.0+24c5607d1c2a.dirty` is any of them. Where it cannot be known, such as where npm did not install
 * the packages, it is never the same twice.
 */
export function comparedSources(project: string): string {
  try {
    return [sourcesKey(project, LAB.rooms), sourcesKey(project, CONTENT, () => true)].join("-");
  } catch {
    return randomUUID();
  }
}
