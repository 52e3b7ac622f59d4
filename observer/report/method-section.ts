import { duration, percent } from "../words.ts";
import type { ReportData } from "./data.ts";
import { type Html, html } from "./html.ts";
import type { Measuring } from "./measuring.ts";

/** The section on the method: load, clocks, cost of observing, gaps, machine, versions, settings. */
export function methodSection({ measuring, settings, startedWallMs, stack }: ReportData): Html {
  const { ratePerSecond, loadFrom, machine, versions } = measuring;
  const facts: readonly (readonly [string, Html | string])[] = [
    ["Started", new Date(startedWallMs).toISOString()],
    ["Stack", stack],
    ["Load", `${ratePerSecond} requests/s, open loop, half on fresh and half on kept connections; ${loadFrom}`],
    ["Clocks", clocks(measuring)],
    ["Observer", observer(measuring)],
    ["Gaps", gaps(measuring)],
    ["Machine", machine],
    ["Versions", pairs(versions)],
    ["Settings", pairs(settings)],
  ];
  return html`<section aria-labelledby="method"><h2 id="method">How it was measured</h2>
<dl>${facts.map(([name, fact]) => html`<dt>${name}</dt><dd>${fact}</dd>\n`)}</dl>
</section>`;
}

const clocks = (measuring: Measuring): string =>
  measuring.clocks.length === 0
    ? "not compared"
    : measuring.clocks
        .map(
          ({ peer, offsetMs, uncertaintyMs }) =>
            `${peer}: ${offsetMs < 0 ? "−" : "+"}${duration(Math.abs(offsetMs))} ± ${duration(uncertaintyMs)}`,
        )
        .join("; ");

function observer(measuring: Measuring): string {
  const { observerCores, observerRssBytes, observerEventLoopP99Ms, observerWithoutLoad } = measuring;
  if (observerCores === undefined) return "its cost was not measured";
  return [
    `${percent(observerCores)} of one core${observerWithoutLoad ? " without the load, which ran in the cluster" : ""}`,
    observerRssBytes === undefined ? "" : `${Math.round(observerRssBytes / 2 ** 20)} MiB`,
    observerEventLoopP99Ms === undefined ? "" : `event loop late by ${observerEventLoopP99Ms.toFixed(1)} ms (p99)`,
  ]
    .filter(Boolean)
    .join("; ");
}

const gaps = (measuring: Measuring): string =>
  measuring.gaps.length === 0
    ? "none"
    : measuring.gaps
        .map(
          ({ source, fromMs, untilMs, why }) =>
            `${source} from ${(fromMs / 1000).toFixed(1)} to ${(untilMs / 1000).toFixed(1)} s (${why})`,
        )
        .join("; ");

const pairs = (record: Readonly<Record<string, unknown>>): string =>
  Object.entries(record)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ") || "none";
