import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { type Document, LineCounter, parseAllDocuments } from "yaml";
import { UserError } from "../../common/user-error.ts";
import { documentFault, plainValue } from "../../observer/yaml-document.ts";
import { KUBERNETES_YAML } from "../kubernetes-yaml.ts";
import { type AnyObject, requireObject } from "./object-schema.ts";

/** An object of a file, and where it stands there. */
export type ReadObject = {
  readonly object: AnyObject;
  /** The file as it was named; `-` is standard input. */
  readonly file: string;
  /** The line, counted from 1, of a field such as `spec.template.spec.containers[0].image`, or of the nearest field around it. */
  readonly lineOf: (path: string) => number;
};

/** How files are read; standard input is injected, so that tests need none. */
export type ReadEffects = {
  readonly readFile: (path: string) => Promise<string>;
  readonly readInput: () => Promise<string>;
};

const EFFECTS: ReadEffects = { readFile: (path) => readFile(path, "utf8"), readInput: () => text(process.stdin) };

/**
 * Reads all objects of a YAML or JSON file, `-` for standard input.
 * @throws {UserError} if it cannot be read, is no YAML, holds no object, or one that is none of Kubernetes'.
 */
export async function readObjects(file: string, effects: ReadEffects = EFFECTS): Promise<readonly ReadObject[]> {
  const content = file === "-" ? await effects.readInput() : await readText(file, effects);
  return parseObjects(content, file);
}

async function readText(file: string, effects: ReadEffects): Promise<string> {
  try {
    return await effects.readFile(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message;
    throw new UserError(`file: got ${file}, ${why}, allowed: a YAML or JSON file, or - for standard input.`, {
      cause: cause as Error,
    });
  }
}

/**
 * Reads objects from text as kubectl does: several documents, lists (`kubectl get -o yaml`), anchors; empty documents are passed over.
 * @throws {UserError} as {@link readObjects} does; `file` is its name, for errors.
 */
export function parseObjects(content: string, file: string): readonly ReadObject[] {
  const counter = new LineCounter();
  const documents = parseAllDocuments(content, { ...KUBERNETES_YAML, lineCounter: counter });
  const found = (Array.isArray(documents) ? documents : []).flatMap((document) => {
    const fault = documentFault(document, counter);
    if (fault) {
      const { line, what, next = "Mend the line." } = fault;
      throw new UserError(
        `${named(file)}:${line}: got no YAML: ${what}. Allowed: objects of Kubernetes as YAML or JSON. ${next}`,
      );
    }
    return objectsOf(document, file, counter);
  });
  if (found.length === 0) {
    throw new UserError(
      `${named(file)}: got no object, allowed: objects of Kubernetes as YAML or JSON, for example what "helm template" or ` +
        `"kubectl get deployment web -o yaml" prints.`,
    );
  }
  requireOnce(found);
  return found;
}

function objectsOf(document: Document, file: string, counter: LineCounter): readonly ReadObject[] {
  const value: unknown = withoutNulls(plainValue(document));
  if (value === undefined) return [];
  const isList = isFields(value) && /List$/.test(String(value.kind)) && Array.isArray(value.items);
  const items: readonly unknown[] = isList ? (value.items as readonly unknown[]) : [value];
  return items.map((object, index) => {
    const within = isList ? ["items", index] : [];
    const lineOf = (path: string) => lineAt(document, [...within, ...keysOf(path)], counter);
    requireObject(object, `${named(file)}:${lineOf("")}`);
    return { object, file, lineOf };
  });
}

/** Where a field stands; if it is not there, where the nearest one around it does. */
function lineAt(document: Document, keys: readonly (string | number)[], counter: LineCounter): number {
  for (let length = keys.length; length >= 0; length -= 1) {
    const node = document.getIn(keys.slice(0, length), true);
    const range = isFields(node) ? node.range : undefined;
    if (Array.isArray(range)) return counter.linePos(Number(range[0])).line;
  }
  return 1;
}

/** `spec.containers[0].image` as keys. */
const keysOf = (path: string): readonly (string | number)[] =>
  [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) =>
    index === undefined ? (key ?? "") : Number(index),
  );

/** To Kubernetes a field that is null is absent. */
function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(withoutNulls).filter((item) => item !== undefined);
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutNulls(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const named = (file: string): string => (file === "-" ? "standard input" : file);

function requireOnce(found: readonly ReadObject[]): void {
  const seen = new Map<string, ReadObject>();
  for (const one of found) {
    const { apiVersion, kind, metadata } = one.object;
    const key = [apiVersion, kind, metadata.namespace ?? "", metadata.name].join(" ");
    const first = seen.get(key);
    if (first) {
      throw new UserError(
        `${named(one.file)}:${one.lineOf("")}: got ${kind}/${metadata.name} a second time (first in line ${first.lineOf("")}), ` +
          `allowed: each object once. Take one of them out.`,
      );
    }
    seen.set(key, one);
  }
}
