import { expect, test } from "vitest";
import type { Happening } from "../../../observer/events.ts";
import { unlessRefused } from "../../../observer/watch/refused.ts";

function observed() {
  const happened: Happening[] = [];
  const controller = new AbortController();
  let nowMs = 200;
  const recorder = {
    nowMs: () => nowMs,
    record: (happening: Happening) => {
      happened.push(happening);
      return { id: 0, atMs: nowMs, wallMs: 0, ...happening };
    },
  };
  const refused = { source: "endpoints", resource: "endpointslices", recorder, signal: controller.signal } as const;
  const end = (atMs: number) => {
    nowMs = atMs;
    controller.abort();
  };
  return { happened, refused, end };
}
const answered = (statusCode: number) => Object.assign(new Error("forbidden"), { statusCode });

test("a source that the user may not list is a gap from its start to the end", async () => {
  const { happened, refused, end } = observed();
  const { done } = await unlessRefused(() => Promise.reject(answered(403)), refused);
  expect(happened).toEqual([]);
  end(61_000);
  await done;
  expect(happened).toEqual([
    {
      type: "gap",
      source: "endpoints",
      fromMs: 200,
      untilMs: 61_000,
      why: "the right to list endpointslices is missing (HTTP 403), see bin/lab watch --print-rbac",
    },
  ]);
});

test("a source that is refused after the end is a gap as well", async () => {
  const { happened, refused, end } = observed();
  end(300);
  await (await unlessRefused(() => Promise.reject(answered(403)), refused)).done;
  expect(happened).toHaveLength(1);
});

test("a source that runs leaves no gap, and ends when it ends", async () => {
  const { happened, refused, end } = observed();
  const { promise, resolve } = Promise.withResolvers<void>();
  const { done } = await unlessRefused(async () => ({ done: promise }), refused);
  end(61_000);
  resolve();
  await done;
  expect(happened).toEqual([]);
});

test.each([401, 500])("an answer %d is no missing right", async (status) => {
  const { refused } = observed();
  await expect(unlessRefused(() => Promise.reject(answered(status)), refused)).rejects.toThrow("forbidden");
});
