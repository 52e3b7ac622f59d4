import { expect, test } from "vitest";
import type { Happening } from "../../../observer/events.ts";
import { containerFigures, pollMetrics } from "../../../observer/watch/metrics.ts";

const text = `# HELP container_memory_bytes Memory that the container uses now.
# TYPE container_memory_bytes gauge
container_memory_bytes 144990208
container_memory_limit_bytes 268435456
container_cpu_periods_total 18319
container_cpu_throttled_periods_total 20
container_cpu_throttled_seconds_total 0.574315679
process_cpu_user_seconds_total 18.065643
process_cpu_seconds_total 23.583887
`;

test("reads the container's figures and no others", () => {
  expect(containerFigures(text)).toEqual({
    memoryBytes: 144_990_208,
    memoryLimitBytes: 268_435_456,
    cpuPeriods: 18_319,
    throttledPeriods: 20,
    throttledSeconds: 0.574315679,
    cpuSeconds: 23.583887,
  });
  expect(containerFigures("container_memory_bytes 1\n")).toEqual({ memoryBytes: 1 });
});

/** Polls once for each answer of pod `a`: a text, or an error. */
async function poll(answers: readonly (string | Error)[], pods = () => ["a"], lateMs: readonly number[] = []) {
  const controller = new AbortController();
  const happened: Happening[] = [];
  const paths: string[] = [];
  let now = 0;
  let turn = 0;
  await pollMetrics({
    transport: {
      request: async (_method, path) => {
        paths.push(path);
        const answer = answers[turn];
        if (answer instanceof Error) throw answer;
        return { status: answer === "" ? 503 : 200, headers: new Headers(), text: answer ?? "" };
      },
    },
    namespace: "lab",
    port: 8050,
    pods,
    clock: {
      sleep: async (ms) => {
        await new Promise((resolve) => setImmediate(resolve));
        now += ms + (lateMs[turn] ?? 0);
        turn += 1;
        if (turn >= answers.length) controller.abort();
      },
    },
    recorder: {
      nowMs: () => now,
      record: (happening) => {
        happened.push(happening);
        return { id: 0, atMs: 0, wallMs: 0, ...happening };
      },
    },
    signal: controller.signal,
  });
  return { happened, paths };
}

test("asks every pod once a second through the API server", async () => {
  const { happened, paths } = await poll([text, text], () => ["a", "b"]);
  expect(paths).toEqual(["a", "b", "a", "b"].map((pod) => `/api/v1/namespaces/lab/pods/${pod}:8050/proxy/metrics`));
  expect(happened).toHaveLength(4);
  expect(happened[1]).toMatchObject({ type: "container", pod: "b", memoryBytes: 144_990_208 });
});

test("calls a pod that is silent for long a gap, from its first question to its next answer", async () => {
  const refused = new Error("refused");
  const { happened } = await poll([text, refused, "", refused, refused, text]);
  expect(happened.map(({ type }) => type)).toEqual(["container", "gap", "container"]);
  expect(happened[1]).toEqual({ type: "gap", source: "metrics", fromMs: 1_000, untilMs: 5_000, why: "pod a: refused" });
});

test("calls no gap what is short, and tells of a silence that lasts to the end", async () => {
  expect((await poll([text, "", text])).happened.map(({ type }) => type)).toEqual(["container", "container"]);
  expect((await poll(["", "", "", "", ""])).happened).toMatchObject([
    { type: "gap", untilMs: 5_000, why: "pod a: HTTP 503" },
  ]);
});

test("calls it a gap as well that nobody was asked", async () => {
  const { happened } = await poll([text, text, text], () => ["a"], [0, 20_000]);
  expect(happened.map(({ type }) => type)).toEqual(["container", "container", "gap", "container"]);
  const why = "pod a: the observer itself was held up";
  expect(happened[2]).toEqual({ type: "gap", source: "metrics", fromMs: 1_000, untilMs: 22_000, why });
  const short = await poll([text, text, text], () => ["a"], [0, 2_500]);
  expect(short.happened.map(({ type }) => type)).toEqual(["container", "container", "container"]);
});
