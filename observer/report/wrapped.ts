/** Columns of a terminal that texts may fill. */
const WIDTH = 100;

/** Wraps a text at spaces to `WIDTH` and indents the lines after the first. A word longer than a line is cut at its end. */
export function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > WIDTH) {
    const space = rest.lastIndexOf(" ", WIDTH);
    const end = space > indent ? space : WIDTH;
    lines.push(rest.slice(0, end).trimEnd());
    rest = " ".repeat(indent) + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
