import type { Problem } from "../../policy/rules.ts";

/** Problems for a terminal: those of one rule in one object together, each with its field and what to write, and then why. */
export function problemLines(problems: readonly Problem[]): readonly string[] {
  const groups = Map.groupBy(problems, ({ rule, object, why }) => [rule, object, why].join("\n"));
  const told = new Set<string>();
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { level, rule, object, why } = first;
    const isNew = !told.has(why);
    told.add(why);
    return [
      `  ${level} ${rule}: ${object}`,
      ...group.map(({ path, message }) => `    ${path} ${message}`),
      ...(isNew ? [`    Why: ${why}`] : []),
    ];
  });
}
