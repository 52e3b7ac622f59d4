import { Html, html } from "./html.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** A whole page as text. It has no script, holds its style sheet itself, and loads no font file. */
export const page = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: file:">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.markup;

/** A box that scrolls sideways, also by keyboard, for content that may be wider than a phone. */
export const scroll = (label: string, content: Html): Html =>
  html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;

/** A column of a table. `kind` gives its style: numbers stand to the right, and a `row` cell is the heading of its row. */
export type Column<Row> = {
  readonly heading: string;
  readonly cell: (row: Row) => string | number | undefined | Html;
  readonly kind?: "number" | "text" | "names" | "row";
};

/** A table in a box that scrolls; `label` is its caption. */
export function table<Row>(label: string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  return scroll(
    label,
    html`<table><caption>${label}</caption>
<thead><tr>${columns.map(({ heading, kind }) => html`<th scope="col"${classOf(kind)}>${heading}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${columns.map((column) => cell(column, row))}</tr>\n`)}</tbody></table>`,
  );
}

function cell<Row>({ kind, cell: content }: Column<Row>, row: Row): Html {
  const value = content(row) ?? "–";
  return kind === "row" ? html`<th scope="row">${value}</th>` : html`<td${classOf(kind)}>${value}</td>`;
}

const classOf = (kind: Column<never>["kind"]): Html | "" =>
  kind === undefined || kind === "row" ? "" : html` class="${kind}"`;
