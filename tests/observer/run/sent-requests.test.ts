import { expect, test } from "vitest";
import { sentRequests } from "../../../observer/run/sent-requests.ts";

test("requests count by when they were sent, however late they are recorded", () => {
  const sent = sentRequests();
  const see = (sentMs: number) =>
    sent.see({ type: "request", dueMs: sentMs, sentMs, latencyMs: 5, connection: "fresh" });
  for (const sentMs of [1_000, 2_000, 3_000]) see(sentMs);
  expect(sent.since(0)).toBe(3);
  expect(sent.since(2_000)).toBe(2);
  see(1_900);
  see(2_500);
  expect(sent.since(2_000)).toBe(3);
});
