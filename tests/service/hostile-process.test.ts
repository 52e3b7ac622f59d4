import { expect, it } from "vitest";
import { hostileBodies } from "./support/hostile-bodies.ts";
import { predict, startReady, useBundle } from "./support/process-harness.ts";

useBundle();

const MIB = 2 ** 20;
/** The smallest memory limit that the lab's own stacks set. */
const MEMORY_LIMIT = 192 * MIB;
const CLIENTS = 4;
const SIZES = [9_000, 40_000, 170_000, 644_096];

it("goes on, within its memory limit, whatever it has to refuse", { timeout: 60_000 }, async () => {
  const { service, url } = await startReady();
  let most = 0;
  async function residentBytes(): Promise<number> {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]);
  }

  const bodies = SIZES.flatMap(hostileBodies);
  const headers = { "content-type": "application/json" };
  async function client(): Promise<void> {
    for (let next = bodies.pop(); next; next = bodies.pop()) {
      const { name, path, body } = next;
      const answer = await fetch(`${url}${path}`, { method: "POST", headers, body });
      expect([name, answer.status, (await answer.text()).length < 12_000]).toEqual([name, 400, true]);
      if (bodies.length % 10 === 0) most = Math.max(most, await residentBytes());
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client));

  expect(service.exitCode).toBeNull();
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(MEMORY_LIMIT);
  expect((await predict(url)).status).toBe(200);
});
