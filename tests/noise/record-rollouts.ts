import { appendFile, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";
import { handleInterrupt, interruptible } from "../../cli/interrupt.ts";
import { UserError } from "../../common/user-error.ts";
import { compareChange, observedChange } from "../../observer/comparison/change.ts";
import { rolloutOf } from "../../observer/comparison/compared-run.ts";
import { courseOf } from "../../observer/course/course.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { loadKubeconfig, selectContext } from "../../stacks/live/read.ts";
import { NODE_PORT } from "../causes/objects.ts";
import { imageOf, removeServer } from "../causes/server-on-cluster.ts";
import { latenciesOf, type Rollout, rolloutsOf } from "./rollout.ts";
import { deployServer, recordRollout } from "./rollouts-on-cluster.ts";

/*
 * npm run compare:noise -- [--rollouts N] [--context NAME] [--url URL] [--into FILE]: records rollouts of a server from one release to
 * another that is the same in all but its name, and keeps what a comparison would compare of each. What such rollouts differ by is
 * noise: tests/noise/noise.test.ts holds that hardly ever a difference is told between them. Each is written as soon as it is over, and
 * a file that has some already is filled up, so it can be interrupted. About 15 s each.
 */

const { values } = parseArgs({
  options: {
    rollouts: { type: "string", default: "40" },
    context: { type: "string", default: "minikube" },
    url: { type: "string", default: `http://127.0.0.1:${NODE_PORT}/predict` },
    into: { type: "string", default: fileURLToPath(new URL("../fixtures/noise/rollouts.ndjson", import.meta.url)) },
  },
});
const wanted = Number(values.rollouts);
if (!Number.isInteger(wanted) || wanted < 1) {
  console.error(`--rollouts: got ${values.rollouts}, allowed: a whole number from 1. For example: --rollouts 40`);
  process.exit(2);
}

/** What a comparison would compare of a recorded rollout; undefined where it did not come to its end. */
async function readRollout(file: string, young: string): Promise<Rollout | undefined> {
  const recording = await readRecording(file);
  const course = courseOf(recording);
  const [change, span] = [compareChange(recording, course), observedChange(course)];
  if (!change || !span) return undefined;
  const { leftOut } = rolloutOf(recording, course);
  const { durationMs, extraPodSeconds, fewestReady, mixedMs, failed } = change;
  return {
    startedWallMs: recording.header.startedWallMs,
    ...(leftOut !== undefined && { starved: leftOut }),
    ...{ durationMs, extraPodSeconds, fewestReady, mixedMs, failed },
    ...latenciesOf(course, span, young),
  };
}

handleInterrupt();
try {
  const config = await loadKubeconfig();
  selectContext(config, values.context);
  const apis = { config, core: config.makeApiClient(CoreV1Api), apps: config.makeApiClient(AppsV1Api) };
  const done = rolloutsOf(await readFile(values.into, "utf8").catch(() => "")).length;
  const folder = await mkdtemp(join(tmpdir(), "noise-"));
  using asked = interruptible({ kill: () => {} });
  const image = await imageOf(apis.core);
  try {
    await deployServer(apis, image);
    for (let number = done + 1; number <= wanted && !asked.signal.aborted; number += 1) {
      const file = join(folder, `${number}.ndjson`);
      const young = await recordRollout(apis, { image, url: values.url, file });
      const rollout = await readRollout(file, young);
      if (!rollout) throw new UserError(`rollout ${number} did not come to its end; see ${file}. Run it again`);
      await appendFile(values.into, `${JSON.stringify(rollout)}\n`);
      const { durationMs, failed, starved } = rollout;
      console.log(
        `rollout ${number} of ${wanted}: ${(durationMs / 1000).toFixed(1)} s, ${failed} failed${starved ? `, ${starved}` : ""}; ${file}`,
      );
    }
  } finally {
    await removeServer(apis.core);
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
