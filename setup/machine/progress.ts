/** How set-up reports its progress; the command line decides how that looks. */
export interface Report {
  /** One line worth keeping. */
  readonly note: (line: string) => void;
  /** Runs long work, and shows meanwhile what it is, how long it has run, and how long it usually takes. */
  readonly during: <T>(what: string, usualSeconds: number, work: () => Promise<T>) => Promise<T>;
}
