import { beforeAll, describe, expect, test } from "vitest";
import { deploy, ensureImage, type Variant, type WatchedRestart, watchRestart } from "../fixtures/fastapi/service.ts";

/*
 * A FastAPI service that is not ours, deployed as somebody does who has read how, and restarted under load. The two variants go
 * side by side, which two cores bear; the restarts of one follow each other.
 */

const TIMES = 3;
const RATE_PER_SECOND = 100;

const restarts: Record<Variant, WatchedRestart[]> = { "without-drain": [], drained: [] };

async function restartAgainAndAgain(variant: Variant): Promise<void> {
  await using deployed = await deploy(variant);
  for (let number = 0; number < TIMES; number += 1) {
    restarts[variant].push(await watchRestart(deployed.namespace, RATE_PER_SECOND));
  }
}

beforeAll(async () => {
  await ensureImage();
  await Promise.all([restartAgainAndAgain("without-drain"), restartAgainAndAgain("drained")]);
});

describe.each(Array.from({ length: TIMES }, (_, index) => index))("restart %i", (index) => {
  test("without a wait before SIGTERM loses requests, and each has a cause", () => {
    const { exitCode, all = "" } = restarts["without-drain"][index] ?? {};
    expect(exitCode, all).toBe(1);
    expect(all).toMatch(/^✗ refuted No request fails during the change$/m);
    expect(all).toMatch(/^why {7}\d+ requests?: /m);
    expect(all).not.toMatch(/^why .*unexplained/m);
  });

  test("with preStop: sleep 5 loses none", () => {
    const { exitCode, all = "" } = restarts.drained[index] ?? {};
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/^✓ held {4}No request fails during the change$/m);
    expect(all).toMatch(/^failures {2}0 of [\d,]+ of this run/m);
  });
});
