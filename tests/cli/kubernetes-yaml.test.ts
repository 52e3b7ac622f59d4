import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { KUBERNETES_YAML } from "../../cli/kubernetes-yaml.ts";

/** Plain text, and what kubectl 1.32 makes of it: `kubectl annotate --local -f FILE a=b -o json`. */
const READ_BY_KUBECTL: readonly (readonly [string, unknown])[] = [
  ...(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"] as const).map(
    (text) => [text, true] as const,
  ),
  ...(["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"] as const).map(
    (text) => [text, false] as const,
  ),
  ["yEs", "yEs"],
  ["tRUE", "tRUE"],
  ["0644", 420],
  ["-0644", -420],
  ["+0644", 420],
  ["0o644", 420],
  ["0O17", 15],
  ["-0o17", -15],
  ["0_644", 420],
  ["01_1", 9],
  ["00", 0],
  ["0_", 0],
  ["089", 89],
  ["0o8", "0o8"],
  ["0755.5", 755.5],
  ["0x1F", 31],
  ["0X1F", 31],
  ["-0x1F", -31],
  ["0x1_F", 31],
  ["0xZZ", "0xZZ"],
  ["0b11", 3],
  ["0B11", 3],
  ["-0b11", -3],
  ["0b2", "0b2"],
  ["0b", "0b"],
  ["1_000", 1000],
  ["1_", 1],
  ["1__0", 10],
  ["_1", "_1"],
  ["1_0.5", 10.5],
  ["0.1_5", 0.15],
  ["1e1_0", 1e10],
  ["1e3", 1000],
  ["1e", "1e"],
  ["1.", 1],
  [".5", 0.5],
  [".5_0", 0.5],
  ["+1", 1],
  ["1:30", "1:30"],
  ["190:20:30", "190:20:30"],
  ["2001-01-01", "2001-01-01"],
  ["=", "="],
  ["~", null],
  ["Null", null],
  ['"0644"', "0644"],
  ["'yes'", "yes"],
  ['!!int "0644"', 420],
];

describe("YAML for Kubernetes", () => {
  test.each(READ_BY_KUBECTL)("reads %s as kubectl does: %j", (text, value) => {
    expect(parse(`a: ${text}`, KUBERNETES_YAML)).toEqual({ a: value });
  });

  test.each(["1234e567", "-1e400", ".5e999"])("takes %s for text, as no number is as large", (text) => {
    expect(parse(`{a: ${text}}`, KUBERNETES_YAML)).toEqual({ a: text });
    expect(parse(stringify(text, KUBERNETES_YAML), KUBERNETES_YAML)).toBe(text);
  });

  test("merges at << over what stands above it, and below what stands below it", () => {
    const text = (key: string) => `base: &base {a: base, z: base}\nb: &b {a: b, c: b}\nown: {a: own, ${key}, z: own}\n`;
    expect(parse(text("<<: *base"), KUBERNETES_YAML).own).toEqual({ a: "base", z: "own" });
    expect(parse(text("<<: [*b, *base]"), KUBERNETES_YAML).own).toEqual({ a: "b", c: "b", z: "own" });
    expect(parse(text('"<<": *base'), KUBERNETES_YAML).own).toMatchObject({ a: "own", "<<": { a: "base" } });
  });

  test("is the same whatever version a document says it has", () => {
    expect(parse("%YAML 1.1\n---\n{a: 0644, b: 1:30, c: yes}", KUBERNETES_YAML)).toEqual({
      a: 420,
      b: "1:30",
      c: true,
    });
  });

  test("is written so that text stays text", () => {
    const texts = READ_BY_KUBECTL.map(([text]) => text).filter((text) => !/["']/.test(text));
    for (const [text, value] of READ_BY_KUBECTL.filter(([one]) => texts.includes(one))) {
      expect(stringify(text, KUBERNETES_YAML)).toBe(value === text ? `${text}\n` : `"${text}"\n`);
    }
    expect(stringify({ on: "yes" }, KUBERNETES_YAML)).toBe('"on": "yes"\n');
  });
});
