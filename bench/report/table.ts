import type { Results } from "../results.ts";
import type { Spread } from "../statistics.ts";
import { shown, type Verdict, verdicts } from "./goals.ts";
import { COMPARED, METHOD } from "./method.ts";
import { cpuPerRequest, figures, latency, p99AboveNotFound, sizeOf, throughput } from "./ratios.ts";

/** The whole report in Markdown. */
export function markdown(results: Results): string {
  return [
    "# Benchmark",
    "",
    `Run of ${results.time}, ${results.rounds} ${results.rounds === 1 ? "round" : "rounds"}${results.quick ? ", **quick: the same figures, less sure**" : ""}. Reproduce it: \`npm run bench\`.`,
    "",
    "![Requests per second](benchmark.svg)",
    "",
    ...goals(results),
    "",
    ...figureTables(results),
    "",
    ...METHOD,
    "",
    "## Servers",
    "",
    ...results.peers.map(
      ({ title, version, note, command, missing }) =>
        `- **${title}** (${version}): ${missing ? `not measured: ${missing}` : `${note}.${command ? ` \`${command}\`` : ""}`}`,
    ),
    "",
    "## Machine",
    "",
    ...Object.entries(results.machine).map(([name, value]) => `- ${name}: ${value}`),
    "",
  ].join("\n");
}

function goals(results: Results): string[] {
  return [
    "## Goals",
    "",
    ...COMPARED,
    "",
    row(["goal", "bound", "figure", "by answers per second", "met/missed"]),
    row(["---", "---", "---:", "---:", "---"]),
    ...verdicts(results).map(goalRow),
    "",
    "### Without a bound",
    "",
    `On ${results.machine.processor}: on another processor the same code comes nearer to the servers without a model, or less near.`,
    "",
    row(["comparison", "figure", "by answers per second"]),
    row(["---", "---:", "---:"]),
    ...shown(results).map((comparison) => row([comparison.goal, figureOf(comparison), rateOf(comparison)])),
  ];
}

function figureTables(results: Results): string[] {
  const measured = results.peers.filter(({ missing }) => !missing);
  return [
    "## Figures",
    "",
    "Medians, with the least and the most of all rounds.",
    "",
    row(["", "single row, requests/s", "CPU µs/request", "100 rows, requests/s", "CPU µs/request"]),
    row(["---", "---:", "---:", "---:", "---:"]),
    ...results.peers.map((peer) =>
      peer.missing
        ? row([peer.title, `not measured: ${peer.missing.replaceAll("|", "/")}`, "", "", ""])
        : row([
            peer.title,
            cell(throughput(results, peer.name, "single")),
            cell(cpuPerRequest(results, peer.name, "single")),
            cell(throughput(results, peer.name, "batch")),
            cell(cpuPerRequest(results, peer.name, "batch")),
          ]),
    ),
    ...measured
      .filter(({ name }) => throughput(results, name, "binary"))
      .map(({ name, title }) =>
        row([
          `${title}, binary tensor`,
          "",
          "",
          cell(throughput(results, name, "binary")),
          cell(cpuPerRequest(results, name, "binary")),
        ]),
      ),
    "",
    row(["", `p50 ms at ${offered(results)}`, "p99 ms", "p99 above its 404, ms"]),
    row(["---", "---:", "---:", "---:"]),
    ...measured
      .filter(({ name }) => latency(results, name, "p99Ms"))
      .map(({ name, title }) =>
        row([
          title,
          cell(latency(results, name, "p50Ms"), 2),
          cell(latency(results, name, "p99Ms"), 2),
          cell(p99AboveNotFound(results, name), 2),
        ]),
      ),
    "",
    row(["", "first answer, ms", "PSS after load, MiB", "RSS, MiB", "size, MB"]),
    row(["---", "---:", "---:", "---:", "---:"]),
    ...measured.map(({ name, title }) =>
      row([
        title,
        cell(figures(results.firstAnswersMs, name)),
        cell(scaled(figures(results.pssBytes, name), 2 ** 20)),
        cell(scaled(figures(results.rssBytes, name), 2 ** 20)),
        ((sizeOf(results, name) ?? Number.NaN) / 1e6).toFixed(0),
      ]),
    ),
  ];
}

function goalRow(verdict: Verdict): string {
  return row([verdict.goal, verdict.bound ?? "", figureOf(verdict), rateOf(verdict), verdict.verdict]);
}

function figureOf({ figure, range }: Verdict): string {
  if (figure === undefined) return "";
  return `${digits(figure)}x${range ? ` (${digits(range[0])}–${digits(range[1])})` : ""}`;
}

function rateOf({ byRate }: Verdict): string {
  return byRate === undefined ? "" : `${digits(byRate)}x`;
}

function cell(spread: Spread | undefined, decimals = 0): string {
  if (!spread) return "";
  const [median, least, most] = [spread.median, spread.least, spread.most].map((value) =>
    value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
  );
  return `${median} (${least}–${most})`;
}

function scaled(spread: Spread | undefined, unit: number): Spread | undefined {
  if (!spread) return undefined;
  const { median, least, most, count } = spread;
  return { median: median / unit, least: least / unit, most: most / unit, count };
}

function offered({ offeredPerSecond }: Results): string {
  return offeredPerSecond ? `${offeredPerSecond}/s` : "an equal rate";
}

function digits(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
