import { describe, expect, test } from "vitest";
import { courseOf } from "../../../observer/course/course.ts";
import { bodiesOf, type Exchange, judge } from "../../../observer/load/exchange.ts";
import { parseAnsweredBy } from "../../../observer/request/answered-by.ts";
import { parseExpectation } from "../../../observer/request/expectation.ts";
import { MODEL_REQUEST } from "../../../observer/request/sent-request.ts";
import { recordingOf } from "../support/recording-of.ts";

const outcome = (status: number, text = '{"pod":"web-1","ok":true}') => ({ status, headers: {}, text });
const exchange = (expected: readonly string[], answeredBy?: string): Exchange => ({
  request: { ...MODEL_REQUEST, body: { base64: "/wD+" } },
  answers: {
    expect: expected.map(parseExpectation),
    ...(answeredBy !== undefined && { answeredBy: parseAnsweredBy(answeredBy) }),
  },
});

describe("an answer to a request without a model", () => {
  test("that nothing is expected of is neither right nor wrong", () => {
    expect(judge(exchange([]), 0, outcome(200))).toEqual({ status: 200 });
    expect(judge(exchange([], "json:/pod"), 0, outcome(503))).toEqual({ status: 503, pod: "web-1" });
  });

  test("is right, or wrong with what differs", () => {
    expect(judge(exchange(["json:/ok=true"], "json:/pod"), 0, outcome(200))).toEqual({
      status: 200,
      pod: "web-1",
      correct: true,
    });
    expect(judge(exchange(["json:/ok=false"]), 0, outcome(200))).toEqual({
      status: 200,
      correct: false,
      wrong: "json /ok: another value (boolean)",
    });
  });

  test("fails a request where it is wrong, and only there: a 404 may be what is expected", () => {
    const failed = (expected: string, status: number) => {
      const facts = judge(exchange([expected]), 0, outcome(status));
      const request = { type: "request", dueMs: 0, sentMs: 0, latencyMs: 1, connection: "fresh", ...facts } as const;
      return courseOf(recordingOf([[1, request]])).requests[0]?.failed;
    };
    expect(failed("status=404", 404)).toBe(false);
    expect(failed("status=404", 200)).toBe(true);
    expect(failed("status=200", 302)).toBe(true);
    expect(failed("json:/ok=true", 500)).toBe(true);
  });

  test("has the same body again and again, bytes as they are", () => {
    const bodyAt = bodiesOf(exchange([]));
    expect(bodyAt(0)).toEqual(Buffer.from([0xff, 0x00, 0xfe]));
    expect(bodyAt(7)).toEqual(Buffer.from([0xff, 0x00, 0xfe]));
  });
});
