import { type Verdict, verdicts } from "./goals.ts";
import { cpuPerRequest, figures, latency, sizeOf, throughput } from "./ratios.ts";
import type { Results } from "./results.ts";
import type { Spread } from "./statistics.ts";

/** The whole report in Markdown. */
export function markdown(results: Results): string {
  return [
    "# Benchmark",
    "",
    `Run of ${results.time}, ${results.rounds} ${results.rounds === 1 ? "round" : "rounds"}${results.quick ? ", **quick: shows that it works, says little**" : ""}. Reproduce it: \`npm run bench\`.`,
    "",
    "![Requests per second](benchmark.svg)",
    "",
    "## Goals",
    "",
    "Figures are ours divided by theirs. Against Node.js servers it is the median of the ratios of alternating cycles, with",
    "their range; against the others the ratio of the medians of all rounds. *By CPU time* compares answers per second of the",
    "server's own CPU time: it leaves out what other work on the machine took, and decides nothing.",
    "",
    row(["goal", "bound", "figure", "by CPU time", "met/missed"]),
    row(["---", "---", "---:", "---:", "---"]),
    ...verdicts(results).map(goalRow),
    "",
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
    row([
      "online-inference, binary tensor",
      "",
      "",
      cell(throughput(results, "ours", "binary")),
      cell(cpuPerRequest(results, "ours", "binary")),
    ]),
    "",
    row(["", `p50 ms at ${offered(results)}`, "p99 ms", "first answer, ms", "memory after load, MiB", "size, MB"]),
    row(["---", "---:", "---:", "---:", "---:", "---:"]),
    ...results.peers
      .filter(({ missing }) => !missing)
      .map(({ name, title }) =>
        row([
          title,
          cell(latency(results, name, "p50Ms"), 2),
          cell(latency(results, name, "p99Ms"), 2),
          cell(figures(results.firstAnswersMs, name)),
          cell(scaled(figures(results.memoryBytes, name), 2 ** 20)),
          ((sizeOf(results, name) ?? Number.NaN) / 1e6).toFixed(0),
        ]),
      ),
    "",
    ...HOW,
    "",
    "## Servers",
    "",
    ...results.peers.map(({ title, version, note }) => `- **${title}** (${version}): ${note}.`),
    "",
    "## Machine",
    "",
    ...Object.entries(results.machine).map(([name, value]) => `- ${name}: ${value}`),
    "",
  ].join("\n");
}

const HOW = [
  "## How it is measured",
  "",
  "- All servers run on core 0 (`taskset`), the load generator on core 1. Each is one process with one worker; servers that",
  "  are not under load are idle. All serve `service/model/v1.onnx` (scikit-learn: the pipeline behind it), and are held",
  "  against the trainer's own probabilities before anything is measured.",
  "- Throughput: wrk, 32 connections kept alive. Servers and load go before other work on the machine where that is",
  "  allowed (niceness, below); it still shifts absolute figures from second to second: trust the ratios, and those between",
  "  Node.js servers only because they alternate every 2 s.",
  "- Before a round's figures each server is loaded for some seconds without counting, and all are started anew in each round.",
  "- CPU time is that of the whole process tree (`/proc/<pid>/stat`, children included), divided by the answers.",
  "- Latency: h2load offers the same rate of single rows to all, half of what the slowest of ours, FastAPI + ONNX Runtime and",
  "  ASGI by hand takes. Its limits: a request is timed from when it was sent, and one that is due while its connection (of 8)",
  "  still waits is sent late, so a stall counts for at most 8 requests. A server that could not take 1.5 times the rate has none.",
  "- First answer: from the start of the process to the end of its first prediction, files in the page cache, Python compiled.",
  "- Memory: resident, after the loads of each round, summed over the process tree.",
  "- Size: ours is the image's files and Node.js; a Python peer's is its packages without pip, and Python's library without its",
  "  tests, editor and compiled files. Programs are without symbols on both sides. libc and its kin are in neither.",
];

function goalRow({ goal, bound, figure, range, byCpu, verdict }: Verdict): string {
  const reach = range ? ` (${digits(range[0])}–${digits(range[1])})` : "";
  return row([
    goal,
    bound,
    figure === undefined ? "" : `${digits(figure)}x${reach}`,
    byCpu === undefined ? "" : `${digits(byCpu)}x`,
    verdict,
  ]);
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
