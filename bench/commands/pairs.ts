import { type Spread, spreadOf } from "../statistics.ts";

/** A command of the lab beside the one that it is measured by, and how much longer it may take. */
export interface Comparison {
  readonly name: string;
  readonly ours: Timed;
  readonly measure: readonly Timed[];
  /** Seconds that ours may take more than the measure, or than the sum of several. */
  readonly allowedSeconds: number;
}

/** Something to run, by its name. */
export interface Timed {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** What pairs of runs of a comparison took, in seconds. */
export interface Measured {
  readonly name: string;
  readonly allowedSeconds: number;
  readonly ours: Spread;
  readonly measure: Spread;
  /** Ours less the measure, pair by pair: a machine whose speed drifts slows both runs of a pair. */
  readonly more: Spread;
  readonly parts: readonly { readonly name: string; readonly spread: Spread }[];
}

/** Runs a comparison in pairs: each time the measure's commands, then ours. */
export async function measurePairs(
  { name, ours, measure, allowedSeconds }: Comparison,
  pairs: number,
  note: (line: string) => void,
  nowMs: () => number = () => performance.now(),
): Promise<Measured> {
  const seconds = async ({ run }: Timed): Promise<number> => {
    const startMs = nowMs();
    await run();
    return (nowMs() - startMs) / 1000;
  };
  const rows: { readonly ours: number; readonly parts: readonly number[] }[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const parts: number[] = [];
    for (const part of measure) parts.push(await seconds(part));
    const own = await seconds(ours);
    rows.push({ ours: own, parts });
    note(`${name}, pair ${pair} of ${pairs}: ${own.toFixed(2)} s; ${parts.map((one) => one.toFixed(2)).join(" + ")} s`);
  }
  return {
    name,
    allowedSeconds,
    ours: spread(rows.map((row) => row.ours)),
    measure: spread(rows.map((row) => sum(row.parts))),
    more: spread(rows.map((row) => row.ours - sum(row.parts))),
    parts: measure.map((part, index) => ({
      name: part.name,
      spread: spread(rows.map((row) => row.parts[index] ?? 0)),
    })),
  };
}

const sum = (figures: readonly number[]): number => figures.reduce((all, one) => all + one, 0);

function spread(figures: readonly number[]): Spread {
  const found = spreadOf(figures);
  if (!found) throw new Error("a comparison needs at least one pair");
  return found;
}

/** A table of what was measured: medians in seconds with the least and the most, and whether the goal is met. */
export function tableOf(measured: readonly Measured[]): string {
  const rows = measured.map(({ name, ours, parts, more, allowedSeconds }) => [
    name,
    text(ours),
    parts.map((part) => `${part.name} ${text(part.spread)}`).join(", "),
    text(more),
    `${allowedSeconds.toFixed(1)}: ${more.median <= allowedSeconds ? "met" : "not met"}`,
  ]);
  const head = ["command", "ours, s", "measured by, s", "ours takes more, s", "allowed, s"];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

const text = ({ median, least, most }: Spread): string =>
  `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
