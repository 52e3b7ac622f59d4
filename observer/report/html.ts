/** Markup that `html` inserts unescaped. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

type Value = Html | string | number | undefined | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Tag of a template literal of markup. It escapes every value that is not Html, joins lists, and writes nothing for undefined.
 * Example: with the value `a < b`, the literal `<p>${value}</p>` gives `<p>a &lt; b</p>`.
 *
 * No library does this by types: ghtml needs a mark at every nested piece, which is easily forgotten, and hono and preact bring a
 * framework.
 */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(parts.reduce((before, part, index) => before + written(values[index - 1]) + part));

function written(value: Value): string {
  if (value instanceof Html) return value.markup;
  if (typeof value === "object") return value.map(written).join("");
  return String(value ?? "").replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
