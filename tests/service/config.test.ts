import { hostname } from "node:os";
import { expect, it } from "vitest";
import { configFor, readConfig } from "../../service/src/config.ts";
import { signature } from "./support/harness.ts";

const { columns } = signature;

it("has a default for everything; an empty variable counts as not set", () => {
  const config = readConfig({ PORT: "", UNRELATED: "x" });
  expect(config).toMatchObject({
    port: 8050,
    logLevel: "info",
    podName: hostname(),
    drainMs: 3_000,
    maxRows: 1_000,
  });
});

it("listens on all addresses of the families that there are, unless it is told", () => {
  const address = { address: "", netmask: "", mac: "", internal: true, cidr: null };
  const v4 = { ...address, family: "IPv4" } as const;
  const v6 = { ...address, family: "IPv6", scopeid: 0 } as const;
  expect(readConfig({}, { lo: [v4, v6] }).host).toBe("::");
  expect(readConfig({}, { lo: [v4], eth0: [v4] }).host).toBe("0.0.0.0");
  for (const host of ["127.0.0.1", "::1", "fe80::1%eth0", "localhost"]) {
    expect(readConfig({ HOST: host }, { lo: [v4, v6] }).host).toBe(host);
  }
});

it("takes bodies as long as so many rows need, unless it is told", () => {
  const limit = (variables: Record<string, string>, of: readonly { readonly name: string }[] = columns) =>
    configFor(readConfig(variables), of).bodyLimitBytes;
  expect(limit({})).toBe(644_096);
  expect(limit({ MAX_ROWS: "10" })).toBe(10_496);
  expect(limit({ MAX_ROWS: "10", BODY_LIMIT: "50000" })).toBe(50_000);
  // Names in UTF-8, and no more than a body may ever have.
  expect(limit({ MAX_ROWS: "10" }, [{ name: "größe" }])).toBe(10 * (7 + 44 + 8) + 4_096);
  expect(
    limit(
      {},
      Array.from({ length: 30 }, () => ({ name: "mean concave points" })),
    ),
  ).toBe(2 ** 20);
});

it("reads what is set", () => {
  expect(
    readConfig({ PORT: "0", DRAIN_MS: "250", LOG_LEVEL: "debug", POD_NAME: "p-1", MODEL_DIR: "/m" }),
  ).toMatchObject({
    port: 0,
    drainMs: 250,
    logLevel: "debug",
    podName: "p-1",
    modelDir: "/m",
  });
});

it.each([
  [{ PORT: "abc" }, 'Environment variable PORT must be integer, but is "abc".'],
  [{ PORT: "80.5" }, 'Environment variable PORT must be integer, but is "80.5".'],
  [{ PORT: "65536" }, 'Environment variable PORT must be <= 65535, but is "65536".'],
  [{ MAX_ROWS: "1201" }, 'Environment variable MAX_ROWS must be <= 1200, but is "1201".'],
  [{ BODY_LIMIT: "1048577" }, 'Environment variable BODY_LIMIT must be <= 1048576, but is "1048577".'],
  [
    { HOST: "loud" },
    'Environment variable HOST must match pattern "^(localhost|[0-9a-fA-F:.]+(%\\w+)?)$", but is "loud".',
  ],
  [{ DRAIN_MS: "-1" }, 'Environment variable DRAIN_MS must be >= 0, but is "-1".'],
  [
    { LOG_LEVEL: "loud" },
    'Environment variable LOG_LEVEL must be equal to one of the allowed values: fatal,error,warn,info,debug,trace,silent, but is "loud".',
  ],
])("refuses %j", (variables, message) => {
  expect(() => readConfig(variables)).toThrow(message);
});

it("names every variable that is wrong", () => {
  expect(() => readConfig({ PORT: "x", MAX_ROWS: "0" })).toThrow(/PORT.*\n.*MAX_ROWS/);
});
