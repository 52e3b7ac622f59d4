/** How set-up reports its progress; the command line decides how that looks. */
export interface Report {
  /** One line worth keeping. */
  readonly note: (line: string) => void;
  /**
   * Runs long work, and shows meanwhile what it is, how long it has run, how long it usually takes, and what the work itself
   * says that it is doing.
   */
  readonly during: <T>(what: string, usualSeconds: number, work: (say: Say) => Promise<T>) => Promise<T>;
}

/** Takes a few words on what a long work is doing. */
export type Say = (words: string) => void;
