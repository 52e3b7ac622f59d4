import { execa } from "execa";
import { expect, test } from "vitest";

const module = (path: string): string => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);

/**
 * Logs each uncaught error as Pulumi's SDK does: where nobody reads, the second log and each one after it are uncaught errors themselves.
 * It ends after 200 of them.
 */
const PROGRAM = `
let logged = 0;
process.on("uncaughtException", (error) => {
  logged += 1;
  if (logged === 200) process.exit(3);
  console.error(error.stack);
});
const fail = () => { throw new Error("the engine is gone"); };
process.stdin.resume().on("end", () => {
  for (const after of [0, 50]) setTimeout(fail, after);
});
setTimeout(() => process.exit(4), 10_000);
`;

/** The exit code of the program when nobody reads its output. */
async function unheard(imports: string): Promise<number | undefined> {
  const program = execa(process.execPath, ["--input-type=module", "--eval", `${imports}${PROGRAM}`], { reject: false });
  program.stdout.destroy();
  program.stderr.destroy();
  program.stdin.end();
  return (await program).exitCode;
}

test("a program whose output nobody reads ends with an error, and does not log its own logs for ever", async () => {
  expect(await unheard("")).toBe(3);
  expect(await unheard(`import ${module("start/end-unheard.ts")};`)).toBe(1);
});
