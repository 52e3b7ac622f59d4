/** How set-up reports its progress; the command line decides how that looks. */
export interface Report {
  /** One line worth keeping. */
  readonly note: (line: string) => void;
  /**
   * Runs long work, and shows meanwhile what it is, how long it has run, how long it usually takes here, and what the work itself
   * says that it is doing. `elsewhereSeconds` is how long it took on another machine, for the first time on this one.
   */
  readonly during: <T>(what: string, elsewhereSeconds: number, work: (say: Say) => Promise<T>) => Promise<T>;
}

/** Takes a few words on what a long work is doing. */
export type Say = (words: string) => void;
