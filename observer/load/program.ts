import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostClock } from "../clock.ts";
import { NODE_ADDRESS, withNodeAddress } from "./address.ts";
import { createSender } from "./client.ts";
import type { Exchange } from "./exchange.ts";
import { lineRecorder } from "./job-log.ts";
import { startLoad } from "./open-loop.ts";

/*
 * The load program, which runs in a pod: it reads its order from order.json beside it, writes a line to standard output for each
 * happening, and ends on SIGTERM or SIGINT, after the requests under way.
 */

/** What to send, how often and where; the host of the URL may be NODE_ADDRESS. */
export type LoadOrder = {
  readonly url: string;
  readonly ratePerSecond: number;
  readonly exchange: Exchange;
  /** How long load lasts at most; MAX_DURATION_MS unless it is given. */
  readonly longestMs?: number;
};

const [, script = ""] = process.argv;
const order: LoadOrder = JSON.parse(readFileSync(join(script, "..", "order.json"), "utf8"));
const url = withNodeAddress(order.url, process.env[NODE_ADDRESS] ?? "");
const load = startLoad({
  ...order,
  url,
  from: "cluster",
  sender: createSender(url, order.exchange.request),
  clock: hostClock,
  recorder: lineRecorder((line) => process.stdout.write(line), hostClock),
});
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void load.stop());
