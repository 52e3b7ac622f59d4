import { execFile } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Happening } from "../../../observer/events.ts";
import { readRecording } from "../../../observer/recording/reader.ts";
import { type HeaderFacts, startRecording, tap } from "../../../observer/recording/recorder.ts";

const header: HeaderFacts = {
  experiment: "pod",
  title: "A bare Pod",
  question: "Does it answer?",
  stack: "pod",
  settings: { replicas: 6 },
  steps: [{ id: "deploy", title: "Deploy", kind: "up", config: { release: "v1" } }],
  hypotheses: [{ id: "ready", claim: "It gets ready.", kind: "pods-ready", step: "deploy" }],
  ratePerSecond: 100,
  versions: { node: "24" },
  machine: "2 cores",
};
const ended: Happening = { type: "load-ended", sent: 7 };

let folder: string;
let file: string;
let now: number;
const clock = { monotonicMs: () => now, wallMs: () => 1_000_000 + now };
const onFailure = vi.fn();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "recording-"));
  file = join(folder, "run", "events.ndjson");
  now = 500;
});
afterEach(() => rm(folder, { recursive: true }));

const start = () => startRecording({ file, header, clock, onFailure });

describe("a recording", () => {
  test("has its header first, then events with rising ids and times since its start", async () => {
    const recorder = start();
    now = 512.25;
    const first = recorder.record(ended);
    now = 600;
    recorder.record({ type: "step-started", step: "deploy", title: "Deploy", releases: ["v1"] });
    recorder.close();
    expect(first).toEqual({ id: 1, atMs: 12.25, wallMs: 1_000_512.25, ...ended });
    const recording = await readRecording(file);
    expect(recording.header).toEqual({ type: "header", format: 1, startedWallMs: 1_000_500, ...header, plans: {} });
    expect(recording.events.map(({ id, atMs, type }) => [id, atMs, type])).toEqual([
      [1, 12.25, "load-ended"],
      [2, 100, "step-started"],
    ]);
    expect(await readRecording(join(folder, "run"))).toEqual(recording);
    expect(onFailure).not.toHaveBeenCalled();
  });

  test("has the plans of its steps in its header once it is closed, and nothing else is changed", async () => {
    const plan = (step: string, maxPods: number): Happening => {
      const counts = { maxPods, minReady: 4, outage: false, replaced: [], surviving: ["pod-a"] };
      const words = { workload: "Deployment online-inference", change: "none", sentences: ["Nothing changes."] };
      return { type: "plan", step, diff: "", plans: [{ ...counts, ...words, durationMs: { least: 0, most: 9 } }] };
    };
    const recorder = start();
    recorder.record(plan("deploy", 6));
    recorder.record(plan("change", 10));
    recorder.record(ended);
    recorder.close();
    const { header: closed, events } = await readRecording(file);
    expect(closed.plans).toMatchObject({ deploy: [{ maxPods: 6 }], change: [{ maxPods: 10, surviving: ["pod-a"] }] });
    expect(closed).toMatchObject({ ...header, startedWallMs: 1_000_500 });
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      [1, "plan"],
      [2, "plan"],
      [3, "load-ended"],
    ]);
    expect(await readdir(join(folder, "run"))).toEqual(["events.ndjson"]);
    expect(onFailure).not.toHaveBeenCalled();
  });

  test("has the plans of Services beside them", async () => {
    const service = { service: "web", change: "move", minReady: 3, maxReady: 3, outage: "no", sentences: [] } as const;
    const recorder = start();
    recorder.record({ type: "plan", step: "deploy", plans: [], diff: "" });
    recorder.record({ type: "plan", step: "change", plans: [], services: [service], diff: "" });
    recorder.close();
    const { header: closed } = await readRecording(file);
    expect(closed).toMatchObject({ plans: { deploy: [], change: [] }, services: { change: [service] } });
  });

  test("keeps what it has when its header cannot be rewritten, and says so", async () => {
    const recorder = start();
    recorder.record(ended);
    await mkdir(`${file}.part`);
    await writeFile(join(`${file}.part`, "in-the-way"), "");
    expect(() => recorder.close()).not.toThrow();
    expect(onFailure).toHaveBeenCalledWith(expect.objectContaining({ message: expect.stringContaining("EISDIR") }));
    expect((await readRecording(file)).events).toMatchObject([{ id: 1, sent: 7 }]);
  });

  test("is in the file without being closed, and keeps its lines when the observer is killed", async () => {
    const source = `
      import { startRecording } from ${JSON.stringify(new URL("../../../observer/recording/recorder.ts", import.meta.url).href)};
      const clock = { monotonicMs: () => 0, wallMs: () => 0 };
      const recorder = startRecording({ file: ${JSON.stringify(file)}, header: ${JSON.stringify(header)}, clock, onFailure() {} });
      recorder.record({ type: "load-ended", sent: 7 });
      setInterval(() => {}, 1000);
    `;
    const child = execFile(process.execPath, ["--input-type=module", "--eval", source]);
    const exit = once(child, "exit");
    await vi.waitFor(async () => expect(await readFile(file, "utf8")).toContain("load-ended"), { timeout: 10_000 });
    child.kill("SIGKILL");
    expect(await exit).toEqual([null, "SIGKILL"]);
    expect((await readRecording(file)).events).toMatchObject([{ id: 1, sent: 7 }]);
  });

  test("refuses to overwrite another one", () => {
    start().close();
    expect(start).toThrow(/cannot be made: EEXIST.*Choose another folder/);
  });
});

describe("reading", () => {
  const write = async (text: string) => writeFile(join(folder, "events.ndjson"), text);
  const read = () => readRecording(folder);

  test("leaves out a torn last line, but no other", async () => {
    const recorder = start();
    recorder.record(ended);
    recorder.close();
    await appendFile(file, '{"id":2,"atMs":3,"wall');
    expect((await readRecording(file)).events).toHaveLength(1);
    await appendFile(file, `\n${JSON.stringify({ id: 3, atMs: 4, wallMs: 4, ...ended })}\n`);
    await expect(readRecording(file)).rejects.toThrow(/line 3: got \{"id":2,"atMs":3,"wall, allowed: an event as JSON/);
  });

  test("refuses ids that do not rise", async () => {
    const recorder = start();
    recorder.record(ended);
    recorder.close();
    const again = JSON.stringify({ id: 1, atMs: 4, wallMs: 4, ...ended });
    await appendFile(file, `${again}\n${again}\n`);
    await expect(readRecording(file)).rejects.toThrow(/line 3: .*ids rising/);
  });

  test.each([
    ["", /got no line, allowed: a header/],
    ["not json\n", /the first line: got no JSON, allowed: a recording's header/],
    ['{"type":"header","format":2}\n', /format: got 2, allowed: 1; read it with the version/],
    [`${JSON.stringify({ type: "header", format: 1, startedWallMs: 0, ...header, steps: 3 })}\n`, /header's \/steps/],
  ])("refuses %j", async (text, message) => {
    await write(text);
    await expect(read()).rejects.toThrow(message);
    await expect(read()).rejects.toMatchObject({ name: "UserError" });
  });

  test("says where no recording is", async () => {
    await expect(readRecording(join(folder, "absent"))).rejects.toThrow(
      /absent", where no events.ndjson lies.*bin\/lab observe/,
    );
  });

  test("keeps one line a happening, whatever its texts hold", async () => {
    const recorder = start();
    recorder.record({ type: "engine", kind: "diagnostic", message: "two\nlines" });
    recorder.close();
    expect((await readFile(file, "utf8")).trimEnd().split("\n")).toHaveLength(2);
    expect((await readRecording(file)).events).toMatchObject([{ message: "two\nlines" }]);
  });

  test.each(["\u2028", "\u2029", "\u0085", "\v", "\r", "\r\n"])(
    "takes %j within a text for no end of a line",
    async (end) => {
      const recorder = start();
      recorder.record({ type: "engine", kind: "diagnostic", message: `two${end}lines` });
      recorder.record(ended);
      recorder.close();
      expect((await readRecording(file)).events).toMatchObject([{ message: `two${end}lines` }, { sent: 7 }]);
    },
  );

  test("takes lines that end as on Windows, and a last one without an end", async () => {
    const recorder = start();
    recorder.record(ended);
    recorder.close();
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    await write([...lines, JSON.stringify({ id: 2, atMs: 4, wallMs: 4, ...ended })].join("\r\n"));
    expect((await read()).events.map(({ id }) => id)).toEqual([1, 2]);
  });

  test("puts a line together that comes in several chunks, characters of several bytes included", async () => {
    const recorder = start();
    const message = "ü\u2028".repeat(50_000);
    recorder.record({ type: "engine", kind: "diagnostic", message });
    recorder.close();
    expect((await readRecording(file)).events).toMatchObject([{ message }]);
  });
});

test("a tap sees everything, and everything goes on to the recorder as it is", () => {
  const seen: Happening[] = [];
  const happened: Happening[] = [];
  const record = (happening: Happening) => {
    happened.push(happening);
    return { id: happened.length, atMs: 7, wallMs: 7, ...happening };
  };
  const tapped = tap({ nowMs: () => 7, record, close: () => {} }, (happening) => seen.push(happening));
  expect(tapped.record({ type: "load-ended", sent: 3 })).toMatchObject({ id: 1, type: "load-ended", sent: 3 });
  tapped.record({ type: "step-ended", step: "a", outcome: "succeeded", operationMs: 1 });
  expect(happened.map(({ type }) => type)).toEqual(["load-ended", "step-ended"]);
  expect(seen).toEqual(happened);
  expect(tapped.nowMs()).toBe(7);
});
