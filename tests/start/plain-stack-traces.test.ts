import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

const project = join(import.meta.dirname, "..", "..");

test("where the SDK runs, the program's stack traces are those of Node.js, with the program's own lines", async () => {
  const code = `
    import "source-map-support/register.js";
    const mapped = typeof Error.prepareStackTrace;
    await import("./start/plain-stack-traces.ts");
    console.log(mapped, typeof Error.prepareStackTrace, new Error("reason").stack.split("\\n").slice(0, 2).join());`;
  const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", code], { cwd: project });
  expect(stdout).toMatch(/^function undefined Error: reason,\s+at file:.*\[eval1\]:5:/);
});
