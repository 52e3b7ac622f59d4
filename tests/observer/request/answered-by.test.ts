import { describe, expect, test } from "vitest";
import { parseAnsweredBy, podOf } from "../../../observer/request/answered-by.ts";
import { jsonAt } from "../../../observer/request/json.ts";

const answer = { headers: { "x-pod": "web-7d9-x2" }, text: '{"by":{"pod":"web-0"},"token":"S3CRET value"}' };

describe("the pod of an answer", () => {
  test.each([
    ["header:X-Pod", "web-7d9-x2"],
    ["header:x-host", undefined],
    ["json:/by/pod", "web-0"],
    ["json:/by", undefined],
    ["json:/token", undefined],
  ])("by %s is %s", (text, pod) => {
    expect(podOf(parseAnsweredBy(text), answer)).toBe(pod);
  });

  test("is none of an answer without JSON", () => {
    expect(podOf(parseAnsweredBy("json:/pod"), { headers: {}, text: "hello" })).toBeUndefined();
  });

  test.each(["x-pod", "header:", "json:", "json:pod", "cookie:pod"])("by %s is refused", (text) => {
    expect(() => parseAnsweredBy(text)).toThrow(
      `answered-by: got ${JSON.stringify(text)}, allowed: header:NAME, json:/POINTER`,
    );
  });
});

describe("a JSON pointer", () => {
  const value = { "a/b": [5, { "m~n": null }], "": 1 };
  test.each([
    ["", value],
    ["/", 1],
    ["/a~1b/0", 5],
    ["/a~1b/1/m~0n", null],
    ["/a~1b/2", undefined],
    ["/a~1b/length", undefined],
    ["/a~1b/00", undefined],
    ["/toString", undefined],
    ["/a~1b/0/x", undefined],
  ])("%s", (pointer, expected) => {
    expect(jsonAt(value, pointer)).toEqual(expected);
  });
});
