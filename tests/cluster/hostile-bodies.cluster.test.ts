import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hostileBodies } from "../service/support/hostile-bodies.ts";
import { Upload } from "../service/support/upload.ts";
import { kubectl } from "./support/lab.ts";
import { ScratchStack } from "./support/scratch-stack.ts";

const stack = new ScratchStack("pod");
const PORT = 30_050;
const URL = `http://127.0.0.1:${PORT}`;
const MEMORY_LIMIT_MEBIBYTES = 192;
const LARGEST = 644_096;
const CLIENTS = 4;
const SLOW_CLIENTS = 100;
/** This many of the largest bodies fit into the 8 MiB that all bodies share. */
const AT_ONCE = 13;

interface Pod {
  readonly status: {
    readonly containerStatuses: readonly { readonly restartCount: number; readonly ready: boolean }[];
  };
}

beforeAll(async () => {
  const { exitCode, all } = await stack.up(`memoryLimitMebibytes=${MEMORY_LIMIT_MEBIBYTES}`);
  expect(exitCode, all).toBe(0);
});
afterAll(async () => {
  const { exitCode, all } = await stack.destroy();
  expect(exitCode, all).toBe(0);
});

/** The container's memory in MiB, as its limit counts it. */
async function usedMebibytes(): Promise<number> {
  const metrics = await (await fetch(`${URL}/metrics`)).text();
  return Number(/^container_memory_bytes (\S+)$/m.exec(metrics)?.[1]) / 2 ** 20;
}

async function expectSound(): Promise<void> {
  const { status } = await kubectl<Pod>("--namespace", stack.namespace, "get", "pod", "online-inference");
  expect(status.containerStatuses).toMatchObject([{ restartCount: 0, ready: true }]);
}

describe(`a pod of ${MEMORY_LIMIT_MEBIBYTES}Mi is not killed`, { concurrent: false }, () => {
  test("by bodies that cost as much as they can", async () => {
    const headers = { "content-type": "application/json" };
    const bodies = [170_000, LARGEST].flatMap((bytes) => hostileBodies(bytes));
    let most = 0;
    async function client(): Promise<void> {
      for (let next = bodies.pop(); next; next = bodies.pop()) {
        const answer = await fetch(`${URL}${next.path}`, { method: "POST", headers, body: next.body });
        expect([next.name, answer.status]).toEqual([next.name, 400]);
        await answer.arrayBuffer();
        if (bodies.length % 10 === 0) most = Math.max(most, await usedMebibytes());
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, client));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(MEMORY_LIMIT_MEBIBYTES);
    await expectSound();
  });

  test("by clients that send slowly, while its probes are answered", async () => {
    const uploads = Array.from({ length: SLOW_CLIENTS }, () => {
      const upload = new Upload(PORT, `Content-Length: ${LARGEST}`);
      upload.socket.write(" ".repeat(LARGEST - 1));
      return upload;
    });
    const refused = () => uploads.filter(({ answer }) => answer.startsWith("HTTP/1.1 503 "));
    await vi.waitUntil(() => refused().length >= SLOW_CLIENTS - AT_ONCE, { timeout: 30_000 });
    for (const path of ["/liveness", "/readiness"]) expect((await fetch(`${URL}${path}`)).status).toBe(200);
    expect(await usedMebibytes()).toBeLessThan(MEMORY_LIMIT_MEBIBYTES);
    await Promise.all(uploads.map((upload) => upload.abort()));
    await expectSound();
  });
});
