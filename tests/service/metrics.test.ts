import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { createTestApp, patient, patients } from "./support/harness.ts";

/** The series of /metrics, by name and labels. */
async function scrape({ app }: Pick<Awaited<ReturnType<typeof createTestApp>>, "app">): Promise<Map<string, number>> {
  const answer = await app.inject("/metrics");
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = answer.body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

function requests(route: string, method: string, status: number): string {
  return `http_request_duration_seconds_count{route="${route}",method="${method}",status="${status}"}`;
}

it("counts requests by route and status, and makes no series of a client's own paths", async () => {
  const test = await createTestApp();
  await test.post("/predict", patient());
  await test.post("/predict", patient());
  await test.post("/predict", "{");
  await test.post("/predict_single", patient());
  await test.app.inject("/v2/models/x1/ready");
  await test.app.inject("/made-up");
  const series = await scrape(test);
  const counts = [...series].filter(([name]) => name.startsWith("http_request_duration_seconds_count"));
  expect(Object.fromEntries(counts)).toEqual({
    [requests("/predict", "POST", 200)]: 2,
    [requests("/predict", "POST", 400)]: 1,
    [requests("/predict_single/", "POST", 200)]: 1,
    [requests("/v2/models/:name/ready", "GET", 404)]: 1,
    [requests("none", "GET", 404)]: 1,
  });
});

it("counts requests that have no route, for their path is wrong or too long", async () => {
  const test = await createTestApp();
  await test.app.inject("/%zz");
  await test.app.inject(`/v2/models/${"m".repeat(200)}`);
  const series = await scrape(test);
  expect(series.get(requests("none", "GET", 400))).toBe(1);
  expect(series.get(requests("none", "GET", 414))).toBe(1);
});

it("counts what is no request, and requests whose client went away", async () => {
  const test = await createTestApp({ config: { requestTimeoutMs: 200 } });
  try {
    await test.app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = test.app.server.address() as AddressInfo;
    const head = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    for (const [status, bytes] of [
      [400, "garbage\r\n\r\n"],
      [408, "POST /pre"],
      [413, `${head}Transfer-Encoding: chunked\r\n\r\n1;${"x".repeat(17_000)}`],
      [431, `GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}\r\n\r\n`],
    ] as const) {
      const socket = connect(port, "127.0.0.1");
      socket.write(bytes);
      expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect((await scrape(test)).get(`http_connection_errors_total{status="${status}"}`)).toBe(1);
    }
    const socket = connect(port, "127.0.0.1");
    socket.write(`${head}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{`);
    await once(socket, "data");
    const before = (await scrape(test)).get("http_requests_aborted_total") ?? 0;
    socket.destroy();
    await expect.poll(async () => (await scrape(test)).get("http_requests_aborted_total")).toBe(before + 1);
  } finally {
    await test.app.close();
  }
});

it("counts and answers who takes it for a proxy", async () => {
  const test = await createTestApp();
  try {
    await test.app.listen({ host: "127.0.0.1", port: 0 });
    const ask = () => {
      const socket = connect((test.app.server.address() as AddressInfo).port, "127.0.0.1");
      socket.write("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n");
      return socket;
    };
    expect(await text(ask())).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json/s);
    expect((await scrape(test)).get('http_connection_errors_total{status="400"}')).toBe(1);
    const socket = ask();
    await once(socket, "data");
    socket.resetAndDestroy();
    await expect.poll(() => promisify(test.app.server.getConnections).call(test.app.server)).toBe(0);
  } finally {
    await test.app.close();
  }
});

it("measures runs, the rows that share them, and those that wait", async () => {
  const test = await createTestApp();
  await test.post("/predict", { data: patients.slice(0, 20) });
  await test.post("/v2/models/heart-disease/infer", {
    inputs: [{ name: "features", shape: [1, 13], datatype: "FP32", data: Object.values(patient()) }],
  });
  const series = await scrape(test);
  expect(series.get("inference_batch_rows_count")).toBe(2);
  expect(series.get("inference_batch_rows_sum")).toBe(21);
  expect(series.get('inference_batch_rows_bucket{le="1"}')).toBe(1);
  expect(series.get("inference_run_duration_seconds_count")).toBe(2);
  expect(series.get("inference_run_duration_seconds_sum")).toBeGreaterThan(0);
  expect(series.get("inference_queued_rows")).toBe(0);
});

it("tells of the process and its event loop", async () => {
  const series = await scrape(await createTestApp());
  expect(series.get("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
  expect(series.has("nodejs_eventloop_lag_p99_seconds")).toBe(true);
});

it("tells of the container as it is when asked, and makes nothing up without one", async () => {
  const files: Record<string, string> = {
    "/sys/fs/cgroup/cgroup.controllers": "cpu memory",
    "/sys/fs/cgroup/memory.current": "1000",
    "/sys/fs/cgroup/cpu.stat": "nr_periods 5\nnr_throttled 2\nthrottled_usec 500000\n",
  };
  const readFile = (path: string) => {
    const content = files[path];
    if (content === undefined) throw new Error(`ENOENT ${path}`);
    return content;
  };
  let reads = 0;
  const counted = (path: string) => {
    reads += 1;
    return readFile(path);
  };
  const test = await createTestApp({ readFile: counted });
  const container = async () => [...(await scrape(test))].filter(([name]) => name.startsWith("container_"));
  expect(Object.fromEntries(await container())).toEqual({
    container_memory_bytes: 1_000,
    container_cpu_periods_total: 5,
    container_cpu_throttled_periods_total: 2,
    container_cpu_throttled_seconds_total: 0.5,
  });
  // Each of the four files once, not for each of the five metrics.
  expect(reads).toBe(4);
  files["/sys/fs/cgroup/memory.max"] = "2000";
  files["/sys/fs/cgroup/cpu.stat"] = "nr_periods 6\nnr_throttled 3\nthrottled_usec 750000\n";
  expect(Object.fromEntries(await container())).toEqual({
    container_memory_bytes: 1_000,
    container_memory_limit_bytes: 2_000,
    container_cpu_periods_total: 6,
    container_cpu_throttled_periods_total: 3,
    container_cpu_throttled_seconds_total: 0.75,
  });
  for (const path of Object.keys(files)) delete files[path];
  expect(await container()).toEqual([]);
});
