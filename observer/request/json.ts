/** A text as a value of JSON; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The value at a JSON pointer (RFC 6901); undefined where there is none. Of `{"a/b": [5]}`, the pointer `/a~1b/0` is 5, and the
 * empty pointer is the whole value. The load's pod carries this code in a ConfigMap, which has no room for a library.
 */
export function jsonAt(value: unknown, pointer: string): unknown {
  if (pointer === "") return value;
  let found = value;
  for (const part of pointer.slice(1).split("/")) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    // `length` of a list is a key of its own as well, but not one of JSON.
    if (Array.isArray(found) && !/^(0|[1-9]\d*)$/.test(key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}
