import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";

/* The table of values in charts/README.md: each value of values.yaml by its path, with its default and its comment. */

/** Lines between which the table stands in charts/README.md. */
const START = "<!-- npm run chart-values -->";
const END = "<!-- end of the values -->";

/** A longer default is left to values.yaml. */
const MOST_DEFAULT_CHARACTERS = 44;

/**
 * The README with the table of these values in the place of the one that it has.
 * @throws {Error} if it has no place for one.
 */
export function withValuesTable(readme: string, values: string): string {
  const [start, end] = [readme.indexOf(START), readme.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`charts/README.md has no lines ${START} and ${END}.`);
  return `${readme.slice(0, start + START.length)}\n\n${valuesTable(values)}\n${readme.slice(end)}`;
}

/**
 * The values as a table in Markdown.
 *
 * `image: {# Where the image is.⏎ repository: x}` gives `` | `image.repository` | `x` | Where the image is. | ``.
 * @throws {Error} that names a value without comment.
 */
export function valuesTable(values: string): string {
  const { contents } = parseDocument(values);
  if (!isMap(contents)) throw new Error("values.yaml is not a map.");
  const cells = rowsOf(contents, "").map(({ path, text, comment }) => [`\`${path}\``, text, comment]);
  const lines = [["value", "default", "what"], ["---", "---", "---"], ...cells];
  return lines.map((line) => `| ${line.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`).join("");
}

type Row = { readonly path: string; readonly text: string; readonly comment: string };

/** The rows of a map's members. A member without a comment is the name of a group. */
function rowsOf(map: YAMLMap, prefix: string): Row[] {
  return map.items.flatMap((pair: Pair, index) => {
    const path = `${prefix}${isScalar(pair.key) ? pair.key.value : ""}`;
    // The parser takes the comment before a map's first member for the map's own.
    const comment = commentOf(pair.key) ?? (index === 0 ? lastBlock(map.commentBefore) : undefined);
    const { value } = pair;
    const members = isMap(value) && hasComments(value) ? rowsOf(value, `${path}.`) : [];
    if (comment === undefined && members.length === 0) throw new Error(`${path} has no comment in values.yaml.`);
    if (comment === undefined) return members;
    return [{ path, text: members.length > 0 ? "" : defaultText(value), comment }, ...members];
  });
}

/** Whether members of a map are values of their own, and not a part of the map's. */
const hasComments = (map: YAMLMap): boolean =>
  map.commentBefore != null ||
  map.items.some(({ key, value }) => commentOf(key) !== undefined || (isMap(value) && hasComments(value)));

function commentOf(node: unknown): string | undefined {
  return isScalar(node) ? lastBlock(node.commentBefore) : undefined;
}

/** The comment next to what it is about: what stands above an empty line is about something else. */
function lastBlock(comment: string | null | undefined): string | undefined {
  const block = comment?.split(/\n\s*\n/).at(-1);
  return block?.replaceAll(/\s*\n\s*/g, " ").trim();
}

function defaultText(value: unknown): string {
  const plain = isScalar(value) || isMap(value) ? value.toJSON() : (value as { toJSON?: () => unknown })?.toJSON?.();
  if (plain === null || plain === undefined || plain === "") return "";
  const text = typeof plain === "string" ? plain : JSON.stringify(plain);
  return text.length > MOST_DEFAULT_CHARACTERS ? "see `values.yaml`" : `\`${text}\``;
}
