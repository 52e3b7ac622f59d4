/** How a resource's part of a diff begins: `    ~ kubernetes:apps/v1:Deployment: (update)`. */
const RESOURCE = /^(\s*)[-+~><= ]*[\w./-]+:[\w./-]+:[\w./-]+: \(([\w-]+)\)/;
const IDENTITY = /^\s*\[(urn|provider)=/;
const SUMMARY = /^Resources:/;

/**
 * Leaves of a preview's diff what a reader asks for: what is updated or replaced line by line, what is created or deleted by name,
 * and the counts. What is merely read anew, and the ids of provider and resource, go; a text of another form stays as it is.
 */
export function compactDiff(diff: string): string {
  const kept: string[] = [];
  let block: { indent: number; whole: boolean } | undefined;
  let summary = false;
  for (const line of diff.split("\n")) {
    const found = RESOURCE.exec(line);
    summary ||= SUMMARY.test(line);
    if (found) {
      const [, indent = "", action = ""] = found;
      block = { indent: indent.length, whole: /update|replace/.test(action) };
      if (block.whole || /create|delete/.test(action)) kept.push(line);
    } else if (summary) kept.push(line);
    else if (line.trim() !== "" && block && indentOf(line) <= block.indent) block = undefined;
    else if (block?.whole && line.trim() !== "" && !IDENTITY.test(line)) kept.push(line);
  }
  return (kept.length > 0 ? kept.join("\n") : diff).trimEnd();
}

const indentOf = (line: string): number => line.length - line.trimStart().length;
