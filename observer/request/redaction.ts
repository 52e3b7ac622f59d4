/*
 * What may be written of what a user sends and runs. A URL's user name, password and query, the values of headers, bodies and a
 * command's arguments may be secret, and nobody can tell which of them are: none of them is written.
 *
 *   https://ada:s3cret@shop.example/v1/items?key=s3cret   ->   https://shop.example/v1/items?(left out)
 *   ["helm", "upgrade", "--set", "token=s3cret"]          ->   helm and 3 arguments (left out)
 */

/** Stands where something was left out. */
export const LEFT_OUT = "(left out)";

/** A URL without user name, password, query and fragment. Text that is no URL is left out as a whole. */
export function safeUrl(text: string): string {
  if (!URL.canParse(text)) return LEFT_OUT;
  const url = new URL(text);
  const path = `${url.protocol}//${url.host}${url.pathname}`;
  return url.search === "" ? path : `${path}?${LEFT_OUT}`;
}

/**
 * The word where a command's program belongs. Who forgot `env` or a shell has more in it: what follows the first `=` or space is left
 * out, as in `TOKEN=(left out)`.
 */
export const safeProgram = (word: string): string => word.replace(/(?<=^[^=\s]*[=\s]).*$/s, LEFT_OUT);

/** A command without its arguments: the program's own name, without its folder, and how many arguments follow. */
export function safeCommand([program = "", ...rest]: readonly string[]): string {
  const name = safeProgram(program).split("/").at(-1) ?? "";
  if (rest.length === 0) return name;
  return `${name} and ${rest.length} ${rest.length === 1 ? "argument" : "arguments"} ${LEFT_OUT}`;
}
