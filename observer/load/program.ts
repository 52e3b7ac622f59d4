import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostClock } from "../clock.ts";
import { NODE_ADDRESS, withNodeAddress } from "./address.ts";
import type { ReferenceAnswers } from "./answers.ts";
import { createSender, REQUEST_TIMEOUT_MS } from "./client.ts";
import { lineRecorder } from "./job-log.ts";
import { startLoad } from "./open-loop.ts";

/*
 * The load as a program of its own, which runs in a pod: reads what to send from the file beside it, writes what happens to
 * standard output, and ends in its own time when it is asked to.
 */

/** What to send, how often and where; the URL's host may be left to the pod. */
export type LoadOrder = {
  readonly url: string;
  readonly ratePerSecond: number;
  readonly reference: ReferenceAnswers;
};

const [, script = ""] = process.argv;
const order: LoadOrder = JSON.parse(readFileSync(join(script, "..", "order.json"), "utf8"));
const url = withNodeAddress(order.url, process.env[NODE_ADDRESS] ?? "");
const load = startLoad({
  ...order,
  url,
  from: "cluster",
  sender: createSender(url, REQUEST_TIMEOUT_MS),
  clock: hostClock,
  recorder: lineRecorder((line) => process.stdout.write(line), hostClock),
});
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void load.stop());
