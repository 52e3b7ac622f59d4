import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, test } from "vitest";

const interrupt = fileURLToPath(new URL("../../cli/interrupt.ts", import.meta.url));

/** A process that works until it is interrupted, then takes as long as it is let, and ends in good order. */
const script = `
  const { endingAtOnce, handleInterrupt, interruptible } = await import(${JSON.stringify(interrupt)});
  handleInterrupt();
  const alive = setInterval(() => {}, 1_000);
  {
    using work = interruptible({ kill: (signal) => console.log("child gets", signal) });
    const asked = new Promise((resolve) => work.signal.addEventListener("abort", resolve));
    console.log("works");
    if (!["over", "told"].includes(process.argv[1])) {
      await asked;
      console.log("is asked to end");
    }
    if (process.argv[1] === "slow") await new Promise((resolve) => setTimeout(resolve, 500));
    if (process.argv[1] === "stuck") await new Promise(() => {});
  }
  if (process.argv[1] === "told") {
    endingAtOnce(() => "no longer so")[Symbol.dispose]();
    endingAtOnce(() => "a Job stays");
  }
  console.log("ended; listeners left:", process.listenerCount("SIGTERM"));
  if (["over", "told"].includes(process.argv[1])) process.kill(process.pid, "SIGTERM");
  else clearInterval(alive);
`;

/** Runs it, and sends it a signal each time it has said one of the words. */
async function run(how: string, signals: Readonly<Record<string, NodeJS.Signals>>) {
  const child = execa(process.execPath, ["--input-type=module", "--eval", script, how], { reject: false });
  for await (const line of child.iterable()) {
    const signal = signals[line];
    if (signal) child.kill(signal);
  }
  const { exitCode, stdout, stderr } = await child;
  return { exitCode, lines: stdout.split("\n"), told: stderr.trim() };
}

describe("work that can be interrupted", () => {
  test("ends in good order after Ctrl-C, which its children hear by themselves", async () => {
    expect(await run("", { works: "SIGINT" })).toEqual({
      exitCode: 130,
      lines: ["works", "is asked to end", "ended; listeners left: 1"],
      told: "interrupted; waiting for what runs to end in good order (again: at once)",
    });
  });

  test.each(["SIGTERM", "SIGHUP"] as const)("passes %s on to its children, which do not hear it", async (signal) => {
    expect((await run("", { works: signal })).lines).toEqual([
      "works",
      "child gets SIGINT",
      "is asked to end",
      "ended; listeners left: 1",
    ]);
  });

  test("ends in good order though its terminal's end reaches it twice", async () => {
    const { exitCode, lines } = await run("slow", { works: "SIGHUP", "is asked to end": "SIGHUP" });
    expect({ exitCode, last: lines.at(-1) }).toEqual({ exitCode: 130, last: "ended; listeners left: 1" });
  });

  test("ends at once when it is asked twice", async () => {
    expect(await run("stuck", { works: "SIGINT", "is asked to end": "SIGINT" })).toMatchObject({
      exitCode: 130,
      lines: ["works", "is asked to end"],
    });
  });

  test("is no longer waited for once it is over", async () => {
    expect(await run("over", {})).toEqual({
      exitCode: 130,
      lines: ["works", "ended; listeners left: 1"],
      told: "interrupted; what is done is kept, the same command goes on from here",
    });
  });

  test("tells what it leaves behind where it ends at once", async () => {
    expect(await run("told", {})).toMatchObject({ exitCode: 130, told: "interrupted; a Job stays" });
  });
});
