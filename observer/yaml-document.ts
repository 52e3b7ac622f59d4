import { type Document, isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";

/** Why text is no YAML. Only `what` may quote the text. */
type YamlFault = {
  /** Counted from 1. */
  readonly line: number;
  readonly what: string;
  /** What mends it, where that is known, as a sentence. */
  readonly next?: string;
};

/** How many values the aliases of one document may stand for: more than any real file has, and fewer than fill the memory. */
const MOST_ALIASED_VALUES = 1_000_000;

/** An anchored node, and how many values it has, those of its aliases included; undefined as long as it is not read to its end. */
type Anchored = { readonly node: unknown; size: number | undefined };

/** Reads text that holds one document, in YAML 1.2 or JSON; an empty one is null. */
export function readYaml(text: string): { readonly value: unknown } | { readonly fault: YamlFault } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const fault = documentFault(document, counter);
  return fault ? { fault } : { value: plainValue(document) };
}

/** A document without fault as plain values. */
export const plainValue = (document: Document): unknown => document.toJS({ maxAliasCount: -1 });

/**
 * The first fault of a document that was parsed. Beside those of its syntax, these are what the parser leaves for `toJS` to throw:
 * aliases without anchor, in themselves or of too many values, what is merged without being a map, and keys that are no text.
 */
export function documentFault(document: Document.Parsed, counter: LineCounter): YamlFault | undefined {
  const [error] = document.errors;
  if (error) {
    const [said = ""] = error.message.split("\n");
    return { line: counter.linePos(error.pos[0]).line, what: said.replace(/ at line \d+, column \d+:?$/, "") };
  }
  const anchors = new Map<string, Anchored>();
  let aliasedValues = 0;
  let fault: YamlFault | undefined;

  const refuse = (node: unknown, what: string, next?: string): number => {
    const [offset] = (node as { readonly range?: readonly number[] | null }).range ?? [0];
    fault ??= { line: counter.linePos(offset ?? 0).line, what, ...(next && { next }) };
    return 0;
  };
  const target = (node: unknown): unknown => (isAlias(node) ? anchors.get(node.source)?.node : node);

  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) return sizeOfAlias(node);
    const anchored: Anchored = { node, size: undefined };
    if ((isCollection(node) || isScalar(node)) && node.anchor) anchors.set(node.anchor, anchored);
    let size = 1;
    if (isSeq(node)) for (const item of node.items) size += sizeOf(item);
    if (isMap(node)) for (const { key, value } of node.items) size += sizeOfPair(key, value);
    anchored.size = size;
    return size;
  };
  const sizeOfAlias = (alias: { readonly source: string }): number => {
    const anchored = anchors.get(alias.source);
    if (!anchored) {
      const what = `the alias *${alias.source} has no anchor before it`;
      return refuse(alias, what, "Put text that begins with * in quotes.");
    }
    if (anchored.size === undefined) return refuse(alias, `the alias *${alias.source} is a part of what it stands for`);
    aliasedValues += anchored.size;
    if (aliasedValues <= MOST_ALIASED_VALUES) return anchored.size;
    return refuse(alias, `up to this one, aliases stand for more than ${MOST_ALIASED_VALUES} values`);
  };
  const sizeOfPair = (key: unknown, value: unknown): number => {
    const size = sizeOf(key) + sizeOf(value);
    if (isCollection(target(key))) {
      refuse(key, "a key is a map or a list", "Render a template before it is read: {{ }} is no YAML.");
    }
    // The parser makes a symbol of a key << that merges.
    const merges = isScalar(key) && typeof key.value === "symbol";
    if (merges && !isMergeable(value)) refuse(key, "<< merges what is no map", "Give it an alias of a map.");
    return size;
  };
  const isMergeable = (value: unknown): boolean => {
    const merged = target(value);
    return isMap(merged) || (isSeq(merged) && merged.items.every((item) => isMap(target(item))));
  };

  sizeOf(document.contents);
  return fault;
}
