/*
 * Runs stages side by side. A stage begins as soon as all that it needs is done, and, where it compiles, as soon as fewer than the
 * allowed compilers run. Of several that may begin, the one with the longest chain behind it comes first: its own time and that of
 * the longest row of stages that wait for one another after it.
 *
 * Example, for two compilers: a takes 10 s, b 30 s and needs a; c, d and e take 5 s each, and e is no compiler. The chains are a 40 s
 * and 5 s each for c, d and e. So a, c and e begin at once, d when c ends, b when a ends; all is done after 40 s.
 */

/** A piece of work, and what has to be done before it. */
export interface Stage<Name extends string> {
  readonly name: Name;
  readonly needs: readonly Name[];
  /** About how long it takes; decides the order alone. */
  readonly seconds: number;
  /** Whether it keeps the machine's cores busy by compilers. */
  readonly compiles?: true;
}

/** Stages under way. Its disposal ends what still runs. */
export interface StageRun<Name extends string> extends AsyncDisposable {
  /**
   * Waits for stages.
   * @throws what the first failed stage threw, once all that ran beside it has ended.
   */
  readonly done: (...names: readonly Name[]) => Promise<void>;
}

/** Begins stages. The signal that `work` gets says that another stage has failed, or that nobody waits for the rest. */
export function runStages<Name extends string>(
  stages: readonly Stage<Name>[],
  work: (name: Name, signal: AbortSignal) => Promise<unknown>,
  compilers: number,
): StageRun<Name> {
  const order = byLongestChain(stages);
  const ends = new Map(stages.map(({ name }) => [name, Promise.withResolvers<void>()] as const));
  // Nobody may wait for a stage while it fails.
  for (const { promise } of ends.values()) promise.catch(() => undefined);
  const ending = new AbortController();
  const begun = new Set<Name>();
  const finished = new Set<Name>();
  const running = new Map<Name, Promise<void>>();

  const mayBegin = ({ name, needs, compiles }: Stage<Name>): boolean =>
    !begun.has(name) &&
    needs.every((need) => finished.has(need)) &&
    (!compiles || order.filter((stage) => stage.compiles && running.has(stage.name)).length < compilers);

  async function run(name: Name): Promise<void> {
    try {
      await work(name, ending.signal);
      finished.add(name);
      ends.get(name)?.resolve();
    } catch (error) {
      ending.abort(error);
    }
    running.delete(name);
    begin();
  }

  function begin(): void {
    for (const stage of order) {
      if (ending.signal.aborted || !mayBegin(stage)) continue;
      begun.add(stage.name);
      // Its turn comes after the place in `running`, so that an end finds it there.
      running.set(
        stage.name,
        Promise.resolve().then(() => run(stage.name)),
      );
    }
    if (!ending.signal.aborted || running.size > 0) return;
    for (const { reject } of ends.values()) reject(ending.signal.reason);
  }

  begin();
  return {
    done: async (...names) => void (await Promise.all(names.map((name) => ends.get(name)?.promise))),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await Promise.all(running.values());
    },
  };
}

/** Sorts stages by the time from their beginning to the end of all that waits for them, the longest first. */
export function byLongestChain<Name extends string>(stages: readonly Stage<Name>[]): readonly Stage<Name>[] {
  const chain = (name: Name, seconds: number): number =>
    seconds +
    Math.max(0, ...stages.filter(({ needs }) => needs.includes(name)).map((next) => chain(next.name, next.seconds)));
  const lengths = new Map(stages.map(({ name, seconds }) => [name, chain(name, seconds)]));
  return stages.toSorted((one, other) => (lengths.get(other.name) ?? 0) - (lengths.get(one.name) ?? 0));
}
