import { parseHTML } from "linkedom";

/** The part of a linkedom element that the charts use. TypeScript's DOM types would let browser code compile everywhere. */
export type Drawn = {
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly outerHTML: string;
  textContent: string;
  append(...children: readonly (Drawn | string)[]): void;
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<Drawn>;
  remove(): void;
};

const SVG = "http://www.w3.org/2000/svg";
const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** The document in which Plot creates its elements. */
export const chartDocument = document;

/** Makes an SVG element. Its `outerHTML` has values and text escaped. */
export function svgElement(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly (Drawn | string)[]
): Drawn {
  const element = document.createElementNS(SVG, name) as unknown as Drawn;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}
