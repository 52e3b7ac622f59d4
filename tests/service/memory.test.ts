import { expect, it } from "vitest";
import { configFor, readConfig } from "../../service/src/config.ts";
import { readMemory, requireMemory } from "../../service/src/memory.ts";
import { signature } from "./support/harness.ts";

const MIB = 2 ** 20;
const configOf = (variables: Record<string, string>) => configFor(readConfig(variables), signature.columns);
/** What the image's command and the smallest pods of the lab allow. */
const IMAGE = { heapBytes: 102 * MIB, containerBytes: 128 * MIB };

it("is enough for the defaults, and for the most that may be configured", () => {
  requireMemory(configOf({}), IMAGE);
  requireMemory(configOf({ MAX_ROWS: "1200", BODY_LIMIT: "1048576" }), IMAGE);
  requireMemory(configOf({}), { heapBytes: 102 * MIB });
});

it.each([
  [
    { MAX_WAITING_BYTES: "644095" },
    IMAGE,
    "MAX_WAITING_BYTES is 644095, but must be at least BODY_LIMIT, which is 644096: no body as large could ever be read.",
  ],
  [
    {},
    { heapBytes: 16 * MIB },
    "BODY_LIMIT is 644096, for which V8 needs a heap of 29 MiB, but has 16 MiB: lower it or MAX_ROWS, or raise --max-old-space-size.",
  ],
  [
    { MAX_WAITING_BYTES: String(64 * MIB) },
    IMAGE,
    "MAX_WAITING_BYTES is 67108864 and BODY_LIMIT 644096, for which the container needs 139 MiB, but its memory limit is 128 MiB: lower them or MAX_ROWS, or raise the limit.",
  ],
])("refuses %j with %j", (variables, memory, message) => {
  expect(() => requireMemory(configOf(variables), memory)).toThrow(message);
});

it("is read from V8 and the container", () => {
  const files: Record<string, string> = {
    "/sys/fs/cgroup/cgroup.controllers": "",
    "/sys/fs/cgroup/memory.max": "512\n",
  };
  const read = (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error(`There is no ${path}.`);
    return text;
  };
  expect(readMemory(read)).toEqual({ heapBytes: expect.any(Number), containerBytes: 512 });
  expect(readMemory(read).heapBytes).toBeGreaterThan(MIB);
});
