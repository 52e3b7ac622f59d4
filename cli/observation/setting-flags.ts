/** Options of a command, and all others as config values of an experiment. */
export interface SplitArguments {
  readonly args: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Takes every `--option value` (or `--option=value`) that the command does not know itself for a setting of the experiment:
 * `--max-surge 3` and `--maxSurge 3` are config maxSurge. Whether there is such a setting, the experiment says.
 */
export function splitSettings(args: readonly string[], known: readonly string[]): SplitArguments {
  const own: string[] = [];
  const settings: Record<string, string> = {};
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    const [, name, inline] = /^--([a-zA-Z][\w-]*)(?:=(.*))?$/s.exec(arg) ?? [];
    const next = inline ?? args[index + 1];
    if (name === undefined || known.includes(name) || next === undefined) {
      own.push(arg);
      continue;
    }
    settings[name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())] = next;
    if (inline === undefined) index += 1;
  }
  return { args: own, settings };
}
