import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { beforeEach, expect, test } from "vitest";
import { reserveStacks } from "../../cli/reserve.ts";
import { thisProcess } from "../../stacks/program/process-name.ts";
import {
  RESERVED_BY,
  type Reservation,
  readReservation,
  refuseReserved,
  reservationFile,
} from "../../stacks/program/reservation.ts";
import { scratchFolder } from "../setup/support/scratch.ts";

let state: string;
beforeEach(async () => {
  state = await scratchFolder();
});

const take = (stacks: readonly string[], command = "bin/lab observe pod") => reserveStacks(state, stacks, command);

/** Writes a reservation as another process would. */
async function reservedBy(stack: string, facts: Partial<Reservation>): Promise<void> {
  const whole = {
    pid: process.pid,
    hostname: hostname(),
    command: "bin/lab up pod",
    since: "2026-03-14T09:30:00.000Z",
  };
  await mkdir(dirname(reservationFile(state, stack)), { recursive: true });
  await writeFile(reservationFile(state, stack), JSON.stringify({ ...whole, ...facts }));
}

/** The pid of a process that has ended. */
async function endedPid(): Promise<number> {
  const child = execa(process.execPath, ["--eval", ""]);
  await child;
  return child.pid ?? 0;
}

test("a stack that a command has is refused to another one, which is told what runs, since when, and its pid", async () => {
  await using _reserved = await take(["pod", "rolling"]);
  await expect(take(["canary", "pod"], "bin/lab up pod")).rejects.toThrow(
    new RegExp(
      `^stack pod is in use: "bin/lab observe pod" has had it since \\d\\d:\\d\\d:\\d\\d \\(pid ${process.pid}\\)\\. ` +
        "Wait for it to end, or end it with Ctrl-C where it runs$",
    ),
  );
  // All or none: what was taken before the refusal is free again.
  expect(await readReservation(state, "canary")).toBeUndefined();
  expect(await readReservation(state, "rolling")).toMatchObject({ command: "bin/lab observe pod", pid: process.pid });
});

test("a stack is free when its command has ended in good order", async () => {
  {
    await using _reserved = await take(["pod"]);
  }
  await using _again = await take(["pod"], "bin/lab up pod");
  expect(await readReservation(state, "pod")).toMatchObject({ command: "bin/lab up pod" });
});

test("a stack is free when the process of its command has ended, killed or not", async () => {
  await reservedBy("pod", { pid: await endedPid() });
  await using _reserved = await take(["pod"]);
  expect(await readReservation(state, "pod")).toMatchObject({ pid: process.pid });
});

test("what a loss of power has left of a reservation keeps nobody from the stack", async () => {
  await reservedBy("pod", {});
  await writeFile(reservationFile(state, "pod"), "");
  expect(await readReservation(state, "pod")).toBeUndefined();
  await using _reserved = await take(["pod"]);
  expect(await readReservation(state, "pod")).toMatchObject({ pid: process.pid });
});

const { startedAt } = await thisProcess();

test.runIf(startedAt !== undefined)("a later process with the pid of the command's has not the stack", async () => {
  await reservedBy("pod", { startedAt: "1" });
  expect(await readReservation(state, "pod")).toBeUndefined();
  await reservedBy("pod", { startedAt: startedAt ?? "" });
  expect(await readReservation(state, "pod")).toMatchObject({ pid: process.pid });
});

test("a process of another machine cannot be asked: the file to remove is named", async () => {
  await reservedBy("pod", { hostname: `not-${hostname()}`, pid: 1 });
  await expect(take(["pod"])).rejects.toThrow(
    `(pid 1 on not-${hostname()}). Wait for it to end, or end it with Ctrl-C where it runs; if it has ended: rm ${reservationFile(state, "pod")}`,
  );
});

test("of many commands at once only one gets the stack", async () => {
  const all = await Promise.allSettled(Array.from({ length: 8 }, () => take(["pod"])));
  expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const [taken] = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  await taken?.[Symbol.asyncDispose]();
  expect((await readdir(dirname(reservationFile(state, "pod")))).filter((name) => name.endsWith(".json"))).toEqual([]);
});

test("the program goes on where its command has the stack, or nobody, and stops where another one has", async () => {
  const env = { PULUMI_BACKEND_URL: pathToFileURL(state).href };
  await refuseReserved("pod", env);
  await using mine = await take(["pod"]);
  await refuseReserved("pod", { ...env, ...mine.env });
  await refuseReserved("rolling", env);
  await expect(refuseReserved("pod", env)).rejects.toThrow('stack pod is in use: "bin/lab observe pod"');
  await expect(refuseReserved("pod", { ...env, [RESERVED_BY]: "1" })).rejects.toThrow("stack pod is in use");
  // Another backend has other stacks.
  await refuseReserved("pod", { PULUMI_BACKEND_URL: "s3://bucket" });
});

test("a reservation says which process has the stack, for what, and since when", async () => {
  await using _reserved = await take(["pod"]);
  expect(JSON.parse(await readFile(reservationFile(state, "pod"), "utf8"))).toEqual({
    pid: process.pid,
    startedAt,
    hostname: hostname(),
    command: "bin/lab observe pod",
    since: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
});
