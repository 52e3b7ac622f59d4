import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { type Case, cases } from "./cases.ts";
import { keep, readKept } from "./kept.ts";
import { type CaseRecord, isOutside, resultOf, whySilent } from "./record.ts";
import { type Lab, runCase } from "./run-case.ts";

/** How long a disagreement is made smaller. */
const SHRINK_MS = 120_000;

/** How often a case is tried that says nothing. */
const MOST_TRIES = 4;

export type Order = {
  readonly cases: number;
  readonly seed: number;
  readonly parallel: number;
  readonly file: string;
  readonly shrink: boolean;
  /** Runs this case alone, though it is done. */
  readonly only?: number;
};

export type Held = { readonly records: readonly CaseRecord[]; readonly smallest: readonly CaseRecord[] };

/**
 * Runs the cases of a seed side by side and returns all their records, those of earlier runs included. Each case has a seed of its
 * own, so that it can be run alone. A case that is outside is made smaller, as long as it stays outside.
 */
export async function hold(lab: Lab, order: Order, tell: (record: CaseRecord, done: number) => void): Promise<Held> {
  const done = new Map(
    (await readKept(order.file)).flatMap((record) => (whySilent(record) === undefined ? [[record.index, record]] : [])),
  );
  const smallest: CaseRecord[] = [];
  const all = Array.from({ length: order.cases }, (_, index) => index);
  const left = order.only === undefined ? all.filter((index) => !done.has(index)) : [order.only];
  const tries = new Map<number, number>();
  const work = async () => {
    for (let index = left.shift(); index !== undefined && !lab.signal.aborted; index = left.shift()) {
      const record = await tryCase(lab, order, index, (smaller) => smallest.push(smaller));
      if (!record || whySilent(record) !== undefined) {
        // Nothing was learnt of the controllers. The case comes again, after the others.
        const number = (tries.get(index) ?? 0) + 1;
        tries.set(index, number);
        if (number < MOST_TRIES) left.push(index);
        continue;
      }
      done.set(index, record);
      await keep(order.file, record);
      tell(record, done.size);
    }
  };
  await Promise.all(Array.from({ length: order.parallel }, work));
  const records = [...done.values()].filter(({ index }) => index < order.cases).sort((a, b) => a.index - b.index);
  return { records, smallest };
}

/** Runs one case; fast-check makes it, and shrinks it if it is outside. */
async function tryCase(
  lab: Lab,
  { seed, shrink }: Order,
  index: number,
  onSmallest: (record: CaseRecord) => void,
): Promise<CaseRecord | undefined> {
  const records: CaseRecord[] = [];
  const outside: CaseRecord[] = [];
  const property = fc.asyncProperty(cases, async (one: Case) => {
    const record = await runCase(lab, index, one, `seed-${seed}-case-${index}-${randomBytes(3).toString("hex")}`);
    records.push(record);
    if (whySilent(record) !== undefined || !isOutside(resultOf(record))) return true;
    outside.push(record);
    return false;
  });
  const options = { seed: seed * 1_000_003 + index, numRuns: 1, endOnFailure: !shrink };
  const { errorInstance } = await fc.check(property, { ...options, interruptAfterTimeLimit: SHRINK_MS });
  if (lab.signal.aborted) return undefined;
  if (errorInstance instanceof Error && records.length === 0) {
    console.error(`#${index} could not be run: ${errorInstance.message.split("\n")[0]}`);
    return undefined;
  }
  const last = outside.at(-1);
  if (shrink && last) onSmallest(last);
  return records[0];
}
