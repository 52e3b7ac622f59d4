import { expect, it } from "vitest";
import { librariesIn, parsePss, parseStat, treeOf } from "../../bench/cpu.ts";
import { parseLatencies } from "../../bench/h2load.ts";
import { environmentOf, nodeArgumentsOf } from "../../bench/prepare.ts";
import { foreignLibraries } from "../../bench/size.ts";
import { quantile, spreadOf } from "../../bench/statistics.ts";
import { parseWrk, wrkScript } from "../../bench/wrk.ts";

it("reads a process's line, whatever its command is called", () => {
  const line = "42 (a) b (c)) S 7 42 42 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 5000 1000000 250 0 0";
  expect(parseStat(line)).toEqual({ pid: 42, parent: 7, ticks: 110, residentPages: 250 });
});

it("finds a process's descendants in any order, and nobody else", () => {
  const processes = [
    [5, 3],
    [3, 2],
    [2, 1],
    [9, 1],
  ].map(([pid = 0, parent = 0]) => ({ pid, parent, ticks: 1, residentPages: 1 }));
  expect(treeOf(2, processes).map(({ pid }) => pid)).toEqual([5, 3, 2]);
});

it("reads what the script makes wrk say", () => {
  const output = 'Running 2s test\nRESULT {"requests":100,"microseconds":2000000,"failures":3}\n';
  expect(parseWrk(output)).toEqual({ requests: 100, seconds: 2, failures: 3 });
  expect(() => parseWrk("unable to connect to server")).toThrow("wrk gave no result: unable to connect to server");
});

it("quotes headers and the files of bodies in wrk's script", () => {
  const script = wrkScript({ path: "/", headers: { "x-a": 'say "hi"' }, bodies: [] }, ["/bodies/0", "/bodies/1"]);
  expect(script).toContain('wrk.headers["x-a"] = "say \\"hi\\""');
  expect(script).toContain('ipairs({"/bodies/0", "/bodies/1"})');
});

it("reads latencies, without the first moments, failures apart", () => {
  const lines = [
    [1_000_000, 200, 9_000_000],
    [2_000_000, 200, 1_000],
    [2_500_000, 503, 500],
    [3_000_000, 200, 3_000],
  ];
  const log = `${lines.map((line) => line.join("\t")).join("\n")}\n`;
  const { p50Ms, p99Ms, answers, failures, perSecond } = parseLatencies(log, 1, 200);
  expect({ p50Ms, p99Ms, answers, failures }).toEqual({ p50Ms: 1, p99Ms: 3, answers: 2, failures: 1 });
  expect(perSecond).toBeCloseTo(2 / 1.003, 3);
  expect(parseLatencies(log, 1, 503)).toMatchObject({ p99Ms: 0.5, answers: 1, failures: 2 });
});

it("reads a process's proportional memory, and nothing else of that name", () => {
  expect(parsePss("5500-7ffc ---p 00000000 00:00 0 [rollup]\nRss: 9 kB\nPss:     120 kB\nPss_Anon: 7 kB\n")).toBe(
    122_880,
  );
  expect(() => parsePss("Rss: 9 kB\n")).toThrow("no line Pss");
});

it("counts the libraries that are neither a server's own nor a base image's, once", () => {
  const maps = [
    "7f00-7f01 r-xp 00000000 fe:00 1 /usr/lib/libssl.so.3",
    "7f01-7f02 r--p 00000000 fe:00 1 /usr/lib/libssl.so.3",
    "7f02-7f03 r-xp 00000000 fe:00 2 /usr/lib/libc.so.6",
    "7f03-7f04 r-xp 00000000 fe:00 3 /usr/lib/libstdc++.so.6.0.30",
    "7f04-7f05 r-xp 00000000 fe:00 4 /venv/packages/onnx.cpython-311-x86_64-linux-gnu.so",
    "7f05-7f06 r-xp 00000000 fe:00 5 /lib64/ld-linux-x86-64.so.2",
    "7f06-7f07 rw-p 00000000 00:00 0 [heap]",
    "7f07-7f08 r-xp 00000000 fe:00 6 /usr/lib/libcrypto.so.3",
  ].join("\n");
  expect(foreignLibraries(librariesIn(maps), ["/venv/packages"])).toEqual([
    "/usr/lib/libssl.so.3",
    "/usr/lib/libcrypto.so.3",
  ]);
});

it("takes quantiles by nearest rank and medians between two", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
  expect(quantile([], 0.5)).toBeNaN();
  expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, most: 4, count: 4 });
  expect(spreadOf([])).toBeUndefined();
});

it("runs with the environment and the command of the image", () => {
  expect(environmentOf("FROM x\nENV A=1 B=two\nENV C=3\nUSER me\n")).toEqual({ A: "1", B: "two", C: "3" });
  expect(nodeArgumentsOf('FROM x\nCMD ["node", "--max-old-space-size=96", "main.mjs"]\n')).toEqual([
    "--max-old-space-size=96",
    "main.mjs",
  ]);
  expect(() => nodeArgumentsOf("FROM x\n")).toThrow("no CMD that begins with node");
});
