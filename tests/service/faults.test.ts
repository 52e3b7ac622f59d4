import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { readFaults } from "../../service/src/faults.ts";
import { predict, startListening, startReady, useBundle } from "./support/process-harness.ts";

useBundle();

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${name} `))
      ?.split(" ")[1],
  );
}

/** Waits until a metric has grown by so much; gently, so as not to make it grow by asking. */
async function grows(url: string, name: string, by: number): Promise<void> {
  const before = await metric(url, name);
  while ((await metric(url, name)) < before + by) await sleep(100);
}

it("makes none by default", async () => {
  expect(new Set(Object.values(readFaults({})))).toEqual(new Set([0]));
  const { log } = await startReady();
  expect(log.filter(({ msg }) => msg.includes("on purpose"))).toEqual([]);
});

it("refuses a fault that makes no sense", () => {
  expect(() => readFaults({ FAULT_LEAK_MIB_PER_S: "lots", FAULT_CRASH_AFTER_MS: "-1" })).toThrow(
    /FAULT_CRASH_AFTER_MS must be >= 0, but is "-1"\.\n.*FAULT_LEAK_MIB_PER_S must be integer, but is "lots"\./,
  );
});

it("starts late: alive, but not ready", async () => {
  const { url, logged, log } = await startListening({ FAULT_START_DELAY_MS: "600000" });
  await logged(/^fault on purpose$/);
  expect(log.at(-1)).toMatchObject({ fault: "FAULT_START_DELAY_MS", value: 600_000 });
  const answers = [await fetch(`${url}/liveness`), await fetch(`${url}/readiness`), await predict(url)];
  expect(answers.map(({ status }) => status)).toEqual([200, 503, 503]);
});

it("starts after its delay, counted from the start of the process", async () => {
  const { log, url } = await startReady({ FAULT_START_DELAY_MS: "1500" });
  expect(log.at(-1)?.startMs).toBeGreaterThanOrEqual(1_500);
  expect((await predict(url)).status).toBe(200);
});

it("crashes", async () => {
  const { service, logged } = await startListening({ FAULT_CRASH_AFTER_MS: "1" });
  const exit = once(service, "exit");
  await logged(/^crashing on purpose$/);
  expect(await exit).toEqual([1, null]);
});

it("hangs: answers nothing and does not mind SIGTERM", async () => {
  const { service, url, logged } = await startListening({ FAULT_HANG_AFTER_MS: "1", DRAIN_MS: "0" });
  await logged(/^hanging on purpose$/);
  service.kill("SIGTERM");
  await expect(fetch(`${url}/liveness`, { signal: AbortSignal.timeout(1_000) })).rejects.toThrow(/timeout/);
  expect([service.exitCode, service.signalCode]).toEqual([null, null]);
  service.kill("SIGKILL");
  expect(await once(service, "exit")).toEqual([null, "SIGKILL"]);
});

it("is unready, and meanwhile goes on answering", async () => {
  const { url, log, logged } = await startReady({ FAULT_UNREADY_AFTER_MS: "1" });
  if (!log.some(({ msg }) => msg === "not ready on purpose")) await logged(/^not ready on purpose$/);
  const answers = [await fetch(`${url}/readiness`), await fetch(`${url}/v2/health/ready`)];
  expect(await answers[0]?.json()).toMatchObject({ detail: "Not ready: paused on purpose." });
  answers.push(await fetch(`${url}/liveness`), await predict(url));
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 200, 200]);
});

it("is unready for a while", async () => {
  const { url, log, logged } = await startReady({ FAULT_UNREADY_AFTER_MS: "1", FAULT_UNREADY_FOR_MS: "1" });
  if (!log.some(({ msg }) => msg === "ready again")) await logged(/^ready again$/);
  expect(log.map(({ msg }) => msg)).toContain("not ready on purpose");
  expect((await fetch(`${url}/readiness`)).status).toBe(200);
});

it("leaks memory that is really used, outside V8's heap, and goes on answering", async () => {
  const { url } = await startReady({ FAULT_LEAK_MIB_PER_S: "40" });
  await grows(url, "process_resident_memory_bytes", 30 * 2 ** 20);
  expect(await metric(url, "nodejs_external_memory_bytes")).toBeGreaterThan(25 * 2 ** 20);
  expect((await predict(url)).status).toBe(200);
});

it("burns CPU in threads of its own, goes on answering, and stops when it is told to", async () => {
  const { service, url } = await startReady({ FAULT_BURN_THREADS: "1", DRAIN_MS: "0" });
  await grows(url, "process_cpu_seconds_total", 1);
  expect((await predict(url)).status).toBe(200);
  service.kill("SIGTERM");
  expect(await once(service, "exit")).toEqual([0, null]);
});
