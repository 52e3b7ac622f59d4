/** Markup that is safe to be put into markup as it is. */
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
 * Writes markup; every value is escaped unless it is Html itself. Libraries for this either want a mark at every nested piece
 * (ghtml), which is forgotten one day, or bring a framework along (hono, preact); here the type says what is safe.
 */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(parts.reduce((before, part, index) => before + written(values[index - 1]) + part));

function written(value: Value): string {
  if (value instanceof Html) return value.markup;
  if (typeof value === "object") return value.map(written).join("");
  return String(value ?? "").replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
