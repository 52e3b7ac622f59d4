import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { handleInterrupt, interruptible, wasInterrupted } from "../../cli/interrupt.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { count } from "../../observer/words.ts";
import { experimentNames } from "../../stacks/index.ts";
import { profile, project, startLab } from "../cluster/support/lab.ts";
import { verdictsOf } from "../observer/support/facts-of.ts";
import { agreement, EVENT_FORMAT, type ToldEvent, toldEvent } from "./told-events.ts";

/*
 * npm run soak:events -- [EXPERIMENT …]: observes experiments one after the other, all of them where none is named, beside a watch of
 * the same pods by kubectl, and says whether both were told the same events. About 2 min each; it needs what `bin/lab up` brings,
 * and kubectl, so run it after eval "$(bin/lab env)". Ctrl-C ends it after the observation that runs.
 */

/** kubectl has its first list by then, and hears the last event. */
const SETTLE_MS = 2_000;

const all = experimentNames();
const names = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = names.find((name) => !all.includes(name));
if (unknown !== undefined) {
  console.error(`experiment: got ${JSON.stringify(unknown)}, allowed: ${all.join(", ")}`);
  process.exit(2);
}

/** What kubectl tells of a namespace's pods until it is stopped; a watch that the API server ends begins again. */
function watchPods(namespace: string) {
  const told: ToldEvent[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    while (!stop.signal.aborted) {
      const get = ["--context", profile, "--namespace", namespace, "get", "pods", "--watch", "--output-watch-events"];
      const kubectl = execa("kubectl", [...get, "--output", `jsonpath=${EVENT_FORMAT}`], {
        reject: false,
        stdin: "ignore",
        cancelSignal: stop.signal,
        buffer: false,
      });
      for await (const line of kubectl) {
        const event = toldEvent(line);
        if (event) told.push(event);
      }
      await kubectl;
    }
  })().catch(() => undefined);
  return {
    told,
    async stop() {
      await sleep(SETTLE_MS);
      stop.abort();
      await watching;
    },
  };
}

/** Whether an observation held, and both watches agree. */
async function observeBeside(name: string): Promise<boolean> {
  const kubectl = watchPods(`online-inference-${name}`);
  await sleep(SETTLE_MS);
  const { all: said = "", exitCode } = await startLab("observe", name, "--yes");
  await kubectl.stop();
  const folder = /^report: (\S+);/m.exec(said)?.[1];
  if (folder === undefined) {
    console.log(`${name}: exit code ${exitCode}\n${said}`);
    return false;
  }
  const recording = await readRecording(join(project, folder));
  const { both, onlyRecorded, onlyTold } = agreement(recording.events, kubectl.told);
  const requests = recording.events.filter((event) => event.type === "request").length;
  const others = verdictsOf(recording).filter(({ outcome }) => outcome !== "held");
  console.log(
    `${name}: exit code ${exitCode}, ${count(requests, "request")}, ${count(others.length, "hypothesis", "hypotheses")} that did not hold; ` +
      `pod events that both told: ${both}, that one told: ${onlyRecorded.length + onlyTold.length}; ${folder}`,
  );
  for (const one of onlyRecorded) console.log(`  only recorded: ${one}`);
  for (const one of onlyTold) console.log(`  only told by kubectl: ${one}`);
  for (const { hypothesis, outcome, sentence } of others) console.log(`  ${hypothesis} ${outcome}: ${sentence}`);
  return exitCode === 0 && both > 0 && onlyRecorded.length + onlyTold.length === 0;
}

handleInterrupt();
using _interruption = interruptible({ kill: () => {} });
let good = 0;
for (const name of names) {
  if (wasInterrupted()) break;
  if (await observeBeside(name)) good += 1;
}
console.log(`${good} of ${names.length} observations held, with the same events as kubectl's`);
process.exitCode = good === names.length ? 0 : 1;
