import { Compile } from "typebox/compile";
import { describe, expect, it } from "vitest";
import { ProblemSchema } from "../../../service/src/schemas.ts";
import { createTestApp } from "../support/harness.ts";
import { hostileBodies } from "../support/hostile-bodies.ts";

// Far above what they take, 25 ms, and far below what they took: from 0.1 to 36 s.
const MOST_CPU_MS = 500;
const LONGEST_ANSWER = 12_000;
// The largest that is read by default, and some that hold few enough values to be looked at.
const SIZES = [9_000, 40_000, 170_000, 644_096];

const { post } = await createTestApp();
const problems = Compile(ProblemSchema);

describe.each(SIZES)("of %i bytes, refused in a short answer and little time:", (bytes) => {
  it.each(hostileBodies(bytes).map((body) => [body.name, body] as const))("%s", async (_, { path, body }) => {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bytes);
    const before = process.threadCpuUsage();
    const answer = await post(path, body);
    const { user, system } = process.threadCpuUsage(before);
    expect(answer.statusCode, answer.body.slice(0, 500)).toBe(400);
    expect(answer.body.length).toBeLessThan(LONGEST_ANSWER);
    expect((user + system) / 1_000).toBeLessThan(MOST_CPU_MS);
    if (path.startsWith("/v2")) expect(answer.json()).toEqual({ error: expect.any(String) });
    else expect(problems.Errors(answer.json())).toEqual([]);
  });
});
