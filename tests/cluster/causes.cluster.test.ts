import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readRecording } from "../../observer/recording/reader.ts";
import { construct } from "../causes/construct.ts";
import { CONSTRUCTIONS } from "../causes/constructions.ts";
import { NODE_PORT } from "../causes/objects.ts";
import { weigh } from "../causes/weigh.ts";
import { lab, profile } from "./support/lab.ts";
import { ownImage } from "./support/watched-service.ts";

/** Those whose causes no experiment makes, and that take half a minute at most. */
const HERE = ["no-wait", "short-grace", "no-probe", "load-stopped"];
/** A pod's log knows nothing of a load that was stopped. */
const WITHOUT_LOGS = "load-stopped";
const url = `http://127.0.0.1:${NODE_PORT}/predict`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "causes-"));
  // The service's image brings Node.js to the node.
  const { exitCode, all } = await ownImage().then(
    () => ({ exitCode: 0, all: "" }),
    () => lab("up", "pod"),
  );
  expect(exitCode, all).toBe(0);
});

test.each(HERE)("failures of the construction %s get the causes that they can have", async (name) => {
  const construction = CONSTRUCTIONS.find((one) => one.name === name);
  if (!construction) throw new Error(`no construction ${name}`);
  const { file, lines } = await construct(construction, { context: profile, url, folder });
  const { faults, agreed } = weigh(construction, await readRecording(file), lines);
  expect(faults, file).toEqual([]);
  if (name !== WITHOUT_LOGS) expect(agreed).toBeGreaterThan(0);
  const { exitCode, all } = await lab("why", file);
  expect(exitCode, all).toBe(0);
});
