/** How set-up tells what it does; the command line decides how that looks. */
export interface Report {
  /** One line worth keeping. */
  readonly note: (line: string) => void;
  /** Runs long work while showing what it is, how long it runs and how long it usually takes. */
  readonly during: <T>(what: string, usualSeconds: number, work: () => Promise<T>) => Promise<T>;
}
