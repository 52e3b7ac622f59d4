import { describe, expect, test } from "vitest";
import {
  type Answer,
  differenceFrom,
  expectationInWords,
  parseExpectation,
} from "../../../observer/request/expectation.ts";

const answer: Answer = {
  status: 200,
  headers: { "content-type": "application/json" },
  text: '{"ready":true,"pods":[{"name":"a"}],"none":null}',
};
const difference = (...texts: string[]) => differenceFrom(texts.map(parseExpectation), answer);

describe("an expectation", () => {
  test.each([
    ["status=200", undefined],
    ["status=204", "status 200"],
    ["header:content-type=application/json", undefined],
    ["header:Content-Type=text/plain", "header content-type: another value"],
    ["header:x-version=2", "header x-version: not in the answer"],
    ['json:/pods/0/name="a"', undefined],
    ["json:/pods/0/name=a", undefined],
    ["json:/pods/0/name=b", "json /pods/0/name: another value (string)"],
    ["json:/ready=true", undefined],
    ['json:/ready="true"', "json /ready: another value (boolean)"],
    ["json:/none=null", undefined],
    ["json:/pods/1=a", "json /pods/1: not in the answer"],
    ['json:/pods=[{"name":"a"}]', undefined],
    ["json:=1", "json (whole): another value (object)"],
    ['body~"ready":true', undefined],
    ['body~"ready":false', "body: the text is not in it"],
  ])("%s: %s", (text, expected) => {
    expect(difference(text)).toBe(expected);
  });

  test("is met by all of them, or told by the first that is not", () => {
    expect(difference("status=200", "json:/ready=true", "body~pods")).toBeUndefined();
    expect(difference("json:/ready=false", "status=500")).toBe("json /ready: another value (boolean)");
  });

  test("takes a status below 400 for right, unless a status is expected", () => {
    const missing = { ...answer, status: 404 };
    expect(differenceFrom([parseExpectation("json:/ready=true")], missing)).toBe("status 404");
    expect(differenceFrom([parseExpectation("status=404")], missing)).toBeUndefined();
  });

  test("of JSON is not met by a body that is none", () => {
    const page = { ...answer, text: "<html>" };
    expect(differenceFrom([parseExpectation("json:/ready=true")], page)).toBe("json /ready: the body is no JSON");
  });

  test.each([
    ["status=2xx", '"status=2xx"'],
    ["status", '"status"'],
    ["header:=x", '"header:=…"'],
    ["header:x-token", '"header:x-token"'],
    ["json:ready=true", '"json:ready=…"'],
    ["body=pods", '"body=…"'],
    ["body~", '"body~"'],
  ])("as %s is refused", (text, got) => {
    expect(() => parseExpectation(text)).toThrow(
      `expectation: got ${got}, allowed: status=200, header:NAME=VALUE, json:/POINTER=VALUE, body~TEXT`,
    );
  });

  test("is told without the value that is expected", () => {
    const told = ["status=200", "header:X-Key=hush", "json:/key=hush", "body~hush"].map((text) =>
      expectationInWords(parseExpectation(text)),
    );
    expect(told).toEqual(["status 200", "header x-key", "json /key", "body"]);
  });
});
