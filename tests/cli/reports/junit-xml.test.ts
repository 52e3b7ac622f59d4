import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { junitXml } from "../../../cli/reports/junit-xml.ts";

const HOSTILE = `<a href="x">&'\u0000\n]]>`;

test("counts tests, failures and skipped ones, and escapes every text", () => {
  const text = junitXml(HOSTILE, [
    { name: "held", className: "c", seconds: 1.5 },
    { name: HOSTILE, className: "c", failure: { message: HOSTILE, detail: HOSTILE } },
    { name: "left out", className: "c", skipped: HOSTILE },
  ]);
  const { document } = parseHTML(text);
  const suite = document.querySelector("testsuite");
  const attribute = (name: string) => suite?.getAttribute(name);
  expect(["tests", "failures", "errors", "skipped"].map(attribute)).toEqual(["3", "1", "0", "1"]);
  expect(document.querySelectorAll("testcase")).toHaveLength(3);
  expect(document.querySelectorAll("a")).toHaveLength(0);
  expect(text).not.toContain("\u0000");
  expect(text).toContain("&lt;a href=&quot;x&quot;&gt;&amp;' &#10;]]&gt;");
});
