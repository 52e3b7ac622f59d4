import { FEATURE_NAMES } from "./harness.ts";

/** A body that is wrong, and as costly as it can be for its length. */
export interface HostileBody {
  readonly name: string;
  readonly path: string;
  readonly body: string;
}

const PREDICT = "/predict";
const BATCH = "/predict_batch/";
const INFER = "/v2/models/heart-disease/infer";
const PATIENT = FEATURE_NAMES.map((name) => `"${name}":1`).join(",");

/** Bodies of at most so many bytes that are wide, deep, long or odd, in each place where a schema has something to check. */
export function hostileBodies(bytes: number): readonly HostileBody[] {
  /** As many items as fit between a beginning and an end. */
  function fill(open: string, close: string, item: (index: number) => string): string {
    const items: string[] = [];
    let left = bytes - open.length - close.length;
    for (let next = item(0); Buffer.byteLength(next) < left; next = item(items.length)) {
      items.push(next);
      left -= Buffer.byteLength(next) + 1;
    }
    return `${open}${items.join(",")}${close}`;
  }
  const of = (text: string, more: number) => text.repeat(Math.floor((bytes - more) / Buffer.byteLength(text)));
  const nested = (open: string, close: string, middle: string) => {
    const depth = Math.floor((bytes - middle.length - 100) / (open.length + close.length));
    return open.repeat(depth) + middle + close.repeat(depth);
  };
  const name = (index: number) => `"${index.toString(36)}"`;
  const input = (members: string) => `{"inputs":[{"name":"features","datatype":"FP32",${members}}]}`;

  const items: Readonly<Record<string, (index: number) => string>> = {
    "empty objects": () => "{}",
    "empty lists": () => "[]",
    "empty texts": () => '""',
    "different texts": name,
    numbers: () => "1",
    "objects of different members": (index) => `{${name(index)}:1}`,
    "objects of many different members": (index) =>
      `{${Array.from({ length: 10 }, (_, part) => `${name(10 * index + part)}:1.5`).join(",")}}`,
    "objects with indices": () => '{"35":1}',
    "patients with one more field": (index) => `{${PATIENT},"x${index}":1}`,
  };
  const lists: readonly [string, string, string, string][] = [
    ["data", BATCH, '{"data":[', "]}"],
    ["a feature", PREDICT, '{"age":[', "]}"],
    ["inputs", INFER, '{"inputs":[', "]}"],
    ["outputs", INFER, '{"inputs":[],"outputs":[', "]}"],
    ["shape", INFER, '{"inputs":[{"name":"features","datatype":"FP32","shape":[', "]}]}"],
    ["tensor", INFER, '{"inputs":[{"name":"features","datatype":"FP32","shape":[1000,13],"data":[', "]}]}"],
    ["parameter", INFER, '{"inputs":[],"parameters":{"a":[', "]}}"],
    ["output's parameter", INFER, '{"inputs":[],"outputs":[{"name":"label","parameters":{"a":[', "]}}]}"],
  ];
  const objects: readonly [string, string, string, string][] = [
    ["patient", PREDICT, "{", "}"],
    ["patient in a batch", BATCH, '{"data":[{', "}]}"],
    ["batch", BATCH, '{"data":[],', "}"],
    ["request", INFER, '{"inputs":[],', "}"],
    ["input", INFER, '{"inputs":[{', "}]}"],
    ["parameters", INFER, '{"inputs":[],"parameters":{', "}}"],
    ["input's parameters", INFER, '{"inputs":[{"parameters":{', "}}]}"],
    ["output", INFER, '{"inputs":[],"outputs":[{', "}]}"],
  ];
  const members: Readonly<Record<string, (index: number) => string>> = {
    "different members": (index) => `${name(index)}:1`,
    "members that are objects": (index) => `${name(index)}:{}`,
    "the same member": (index) => `"a":${index}`,
    "members with indices": (index) => `"${index * 97}":1`,
    "members with long names": (index) => `"${"/~é".repeat(bytes / 80)}${index}":[]`,
  };

  return [
    ...lists.flatMap(([place, path, open, close]) =>
      Object.entries(items).map(([kind, item]) => ({
        name: `${kind} as ${place}`,
        path,
        body: fill(open, close, item),
      })),
    ),
    ...objects.flatMap(([place, path, open, close]) =>
      Object.entries(members).map(([kind, member]) => ({
        name: `${kind} in the ${place}`,
        path,
        body: fill(open, close, member),
      })),
    ),
    { name: "deep lists", path: PREDICT, body: nested("[", "]", "") },
    { name: "a deep batch", path: PREDICT, body: `{"data":${nested("[", "]", "")}}` },
    { name: "deep objects", path: PREDICT, body: nested('{"a":', "}", "1") },
    { name: "a deep tensor", path: INFER, body: input(`"shape":[1,13],"data":${nested("[", "]", "")}`) },
    { name: "lists that do not end", path: PREDICT, body: of("[", 0) },
    { name: "a long name", path: PREDICT, body: `{"${of("é/~", 100)}":1}` },
    { name: "a long text", path: PREDICT, body: `{"age":"${of("é", 100)}"}` },
    { name: "a long escaped text", path: PREDICT, body: `{"age":"${of("\\u4e2d", 100)}"}` },
    { name: "a text of colons", path: PREDICT, body: `{"age":"${of(":", 100)}"}` },
    { name: "a long id", path: INFER, body: `{"id":"${of("x", 100)}","inputs":[]}` },
    { name: "a long name of a tensor", path: INFER, body: `{"inputs":[{"name":"${of("x", 100)}"}]}` },
    { name: "a long value", path: INFER, body: input(`"shape":[1,13],"data":["${of("x", 200)}",${"1,".repeat(11)}1]`) },
    {
      name: "a long size",
      path: INFER,
      body: input(`"shape":[1,13],"parameters":{"binary_data_size":"${of("x", 200)}"}`),
    },
    { name: "a long number", path: PREDICT, body: `{"age":${of("1", 100)}}` },
    { name: "numbers hard to round", path: BATCH, body: fill('{"data":[', "]}", () => `0.${"49999".repeat(150)}`) },
    { name: "white space", path: PREDICT, body: `{"age":${of(" ", 100)}"x"}` },
    {
      name: "what looks like a prototype",
      path: BATCH,
      body: fill('{"\\"__proto__":1,', "}", (index) => `${name(index)}:1`),
    },
  ];
}
