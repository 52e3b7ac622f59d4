import { describe, expect, it } from "vitest";
import {
  hasSecret,
  hasUnknown,
  isSecretAt,
  plain,
  readStruct,
  secret,
  UNKNOWN,
  writeStruct,
} from "../../../setup/docker-provider/properties.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const output = { [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
const UNKNOWN_BOOLEAN = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";

describe("property values", () => {
  it("survive the wire", () => {
    const bag = { a: [1, "x", null, true, { b: secret("c") }], d: UNKNOWN };
    expect(readStruct(writeStruct(bag))).toEqual(bag);
  });

  it("lose their marks and their nulls", () => {
    const marked = { a: secret({ b: secret(1), gone: null }), c: [secret("d"), { ...output, value: "e" }] };
    expect(plain(marked)).toEqual({ a: { b: 1 }, c: ["d", "e"] });
  });

  it("stay unknown, whatever type is expected of them", () => {
    expect(plain([UNKNOWN_BOOLEAN, output, secret(UNKNOWN)])).toEqual([UNKNOWN, UNKNOWN, UNKNOWN]);
    expect(hasUnknown({ a: [secret({ b: output })] })).toBe(true);
    expect(hasUnknown({ a: [secret({ b: "known" })] })).toBe(false);
  });

  it("are secret at any depth", () => {
    expect(hasSecret({ a: [{ b: secret(1) }] })).toBe(true);
    expect(hasSecret({ a: { ...output, secret: true, value: 1 } })).toBe(true);
    expect(hasSecret({ a: { ...output, value: 1 } })).toBe(false);
  });

  it("are secret through what is around them, not through their neighbours", () => {
    const bag = { whole: secret({ a: 1 }), part: { a: secret(1), b: 2 } };
    expect(isSecretAt(bag, ["whole", "a"])).toBe(true);
    expect(isSecretAt(bag, ["part", "a"])).toBe(true);
    expect(isSecretAt(bag, ["part", "b"])).toBe(false);
    expect(isSecretAt(bag, ["missing", "a"])).toBe(false);
  });
});
