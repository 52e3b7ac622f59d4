import { once } from "node:events";
import { buffer, text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { predict, startReady, useBundle } from "./support/process-harness.ts";
import { connected, halfRequest, keptConnection, refusesConnections, wholeRequest } from "./support/raw-requests.ts";

useBundle();

const OK = /^HTTP\/1\.1 200 OK\r\n/;
const TIMEOUT = /^HTTP\/1\.1 408 Request Timeout\r\n/;
const LONG_ANSWER = "/docs/static/swagger-ui-bundle.js";
const HALF_REQUESTS: readonly [string, string][] = [
  ["request line", "POST /pre"],
  ["headers", "POST /predict HTTP/1.1\r\nHost: service\r\nContent-"],
  ["body", wholeRequest().slice(0, -20)],
];

describe("a stop", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "by %s answers what is under way after it has stopped listening",
    async (signal) => {
      const { service, logged, port } = await startReady({ DRAIN_MS: "0" });
      const before = await halfRequest(port);
      service.kill(signal);
      await logged(/^draining$/);
      await refusesConnections(port);
      before.finish();
      expect(await before.answer).toMatch(OK);
      expect(await once(service, "exit")).toEqual([0, null]);
    },
  );

  it("answers what came while it was kept from the CPU, although the time to drain is over by then", async () => {
    const { service, logged, port, url } = await startReady({ DRAIN_MS: "200" });
    expect((await predict(url)).status).toBe(200);
    const kept = await Promise.all(Array.from({ length: 5 }, () => keptConnection(port)));
    service.kill("SIGTERM");
    await logged(/^draining$/);
    service.kill("SIGSTOP");
    const fresh = await Promise.all(Array.from({ length: 20 }, () => connected(port)));
    const answers = [...kept, ...fresh].map((socket) => {
      socket.write(wholeRequest());
      return text(socket);
    });
    await sleep(300);
    service.kill("SIGCONT");
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(OK);
    expect(await once(service, "exit")).toEqual([0, null]);
  });

  it("ends connections without a request while it waits for one that is under way", async () => {
    const { service, logged, port } = await startReady({ DRAIN_MS: "200" });
    const opened = await Promise.all(Array.from({ length: 5 }, () => connected(port)));
    const kept = await Promise.all(Array.from({ length: 5 }, () => keptConnection(port)));
    const under = await halfRequest(port);
    service.kill("SIGTERM");
    await logged(/^draining$/);
    const late = await connected(port);
    const ends = [...opened, ...kept, late].map(text);
    expect((await Promise.all(ends)).join("")).toBe("");
    under.finish();
    expect(await under.answer).toMatch(OK);
    expect(await once(service, "exit")).toEqual([0, null]);
  });

  it.each(HALF_REQUESTS)("gives a request whose %s stays unfinished its time, and exits with 0", async (_, half) => {
    const { service, logged, port } = await startReady({ DRAIN_MS: "0", REQUEST_TIMEOUT_MS: "1000" });
    const [fresh, kept] = [await connected(port), await keptConnection(port)];
    fresh.write(half);
    kept.write(half);
    const answers = [fresh, kept].map(text);
    service.kill("SIGTERM");
    await logged(/^draining$/);
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(TIMEOUT);
    expect(await once(service, "exit")).toEqual([0, null]);
  });

  it("waits for answers that are read slowly", async () => {
    const { service, logged, port, url } = await startReady({ DRAIN_MS: "0" });
    const reader = await manyAnswers(port, url);
    service.kill("SIGTERM");
    await logged(/^draining$/);
    await refusesConnections(port);
    // What is idle ends only in a sweep, which must not take the reader with it.
    await sleep(300);
    const [, ...answers] = (await buffer(reader)).toString("latin1").split("HTTP/1.1 200 OK\r\n");
    expect(answers).toHaveLength(16);
    for (const answer of answers) {
      const [head = "", ...body] = answer.split("\r\n\r\n");
      expect(body.join("\r\n\r\n").length).toBe(Number(/content-length: (\d+)/i.exec(head)?.[1]));
    }
    expect(await once(service, "exit")).toEqual([0, null]);
  });

  it("cuts off who never reads its answers, says so, and exits with 0", async () => {
    const { service, log, logged, port, url } = await startReady({ DRAIN_MS: "0", REQUEST_TIMEOUT_MS: "500" });
    await manyAnswers(port, url);
    service.kill("SIGTERM");
    await logged(/^cut off answers/);
    expect(log.at(-1)).toMatchObject({ level: 40, connections: 1 });
    expect(await once(service, "exit")).toEqual([0, null]);
  });

  it.each([
    ["SIGTERM", "SIGTERM"],
    ["SIGTERM", "SIGINT"],
  ] as const)("by %s is at once by a second signal, %s", async (first, second) => {
    const { service, logged } = await startReady({ DRAIN_MS: "600000" });
    service.kill(first);
    await logged(/^draining$/);
    service.kill(second);
    expect(await once(service, "exit")).toEqual([1, null]);
  });
});

/** A connection on which more has been answered than any buffer takes, and of which nothing is read. */
async function manyAnswers(port: number, url: string) {
  const socket = await connected(port);
  socket.write(`GET ${LONG_ANSWER} HTTP/1.1\r\nHost: service\r\n\r\n`.repeat(16));
  await once(socket, "readable");
  // What is asked for later is answered later.
  for (let later = 0; later < 2; later += 1) await (await fetch(`${url}${LONG_ANSWER}`)).arrayBuffer();
  return socket;
}
