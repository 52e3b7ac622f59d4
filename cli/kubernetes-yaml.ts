import {
  type Document,
  type DocumentOptions,
  isAlias,
  isMap,
  isSeq,
  type ParseOptions,
  Scalar,
  type ScalarTag,
  type SchemaOptions,
} from "yaml";

/*
 * YAML as kubectl reads it (sigs.k8s.io/yaml, which is go-yaml 2): that of version 1.2, with what is left of 1.1 in plain text.
 * `0644` is octal, `yes` and `off` are booleans, `1_000` is a number. Times and numbers in base 60 are text, unlike in 1.1, and so are
 * numbers that no float of 64 bits holds, such as the short commit `1234e567`.
 */

const BOOLEAN: ScalarTag = {
  tag: "tag:yaml.org,2002:bool",
  default: true,
  test: /^(?:[yY]|yes|Yes|YES|on|On|ON|[nN]|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|on)/i.test(text),
};

/** Whole numbers of one base, such as `0b11`, `0644`, `0o644` and `-0xFF`, with underscores among the digits. */
const wholeNumber = (base: 2 | 8 | 16, test: RegExp): ScalarTag => ({
  tag: "tag:yaml.org,2002:int",
  default: true,
  test,
  resolve: (text) => {
    const digits = text.replaceAll("_", "").replace(/^[-+]?0[box]?/i, "");
    return Number.parseInt(digits, base) * (text.startsWith("-") ? -1 : 1);
  },
});

const WHOLE_NUMBERS = [
  wholeNumber(2, /^[-+]?0[bB]_*[01][01_]*$/),
  wholeNumber(8, /^[-+]?0[oO]?_*[0-7][0-7_]*$/),
  wholeNumber(16, /^[-+]?0[xX]_*[0-9a-fA-F][0-9a-fA-F_]*$/),
];

/** Decimal numbers with underscores; `089` is one, as it is none of base 8. What is too large for a number stays text. */
const DECIMAL_NUMBER: ScalarTag = {
  tag: "tag:yaml.org,2002:float",
  default: true,
  test: /^[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9][0-9_]*)?$/,
  resolve: (text) => {
    const number = Number(text.replaceAll("_", ""));
    return Number.isFinite(number) ? number : text;
  },
};

type AddToMap = NonNullable<Scalar["addToJSMap"]>;
type Context = Parameters<AddToMap>[0];

/** A key `<<`. What it merges takes the place of what stands above it in the map; what stands below it takes its place. */
const MERGE_KEY: ScalarTag = {
  tag: "tag:yaml.org,2002:merge",
  default: "key",
  test: /^<<$/,
  resolve: () => Object.assign(new Scalar(Symbol("<<")), { addToJSMap: mergeInto }),
};

function mergeInto(context: Context, map: Parameters<AddToMap>[1], value: unknown): void {
  const source = targetOf(context, value);
  // Of several maps the first one counts most.
  for (const item of isSeq(source) ? source.items.toReversed() : [source]) {
    const merged = targetOf(context, item);
    if (!isMap(merged)) throw new Error("<< merges what is no map");
    for (const [key, inner] of merged.toJSON(null, context, Map)) {
      if (map instanceof Map) map.set(key, inner);
      else Object.defineProperty(map, key, { value: inner, writable: true, enumerable: true, configurable: true });
    }
  }
}

const targetOf = (context: Context, node: unknown): unknown =>
  isAlias(node) && context ? node.resolve(context.doc as Document, context) : node;

/** For parsing what kubectl reads, and for writing what kubectl shall read: text that it would take for a number is quoted. */
export const KUBERNETES_YAML: ParseOptions & DocumentOptions & SchemaOptions = {
  // Whatever version a document says it has.
  schema: "core",
  customTags: (tags) => [MERGE_KEY, BOOLEAN, ...WHOLE_NUMBERS, DECIMAL_NUMBER, ...tags],
};
