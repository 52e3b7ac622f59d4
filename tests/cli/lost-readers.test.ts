import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";

const module = fileURLToPath(new URL("../../cli/lost-readers.ts", import.meta.url));

/** Writes to standard error until that fails, and then has something to bring to its end. */
const script = `
  const { outliveReaders } = await import(${JSON.stringify(module)});
  outliveReaders();
  if (process.argv[1] === "other") process.stderr.emit("error", Object.assign(new Error("no space"), { code: "ENOSPC" }));
  process.stderr.on("error", ({ code }) => {
    clearInterval(writing);
    process.stdout.write("outlived " + code);
  });
  const writing = setInterval(() => process.stderr.write("line\\n"), 10);
`;

const start = (how: string) =>
  execa(process.execPath, ["--input-type=module", "--eval", script, how], { reject: false, timeout: 15_000 });

test("a process ends in good order though nobody reads any more what it prints", async () => {
  const child = start("");
  child.stderr.destroy();
  expect(await child).toMatchObject({ exitCode: 0, stdout: "outlived EPIPE" });
});

test("another failure of a write is none of that", async () => {
  const { exitCode, stderr } = await start("other");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("no space");
});
