import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Transport } from "../../observer/api-server.ts";
import { hostClock } from "../../observer/clock.ts";
import { createSender } from "../../observer/load/client.ts";
import type { Exchange } from "../../observer/load/exchange.ts";
import { lineRecorder } from "../../observer/load/job-log.ts";
import { loadManifests } from "../../observer/load/job-manifest.ts";
import { startLoad } from "../../observer/load/open-loop.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { startRecording } from "../../observer/recording/recorder.ts";
import { junitOf } from "../../observer/report/junit.ts";
import { writeReport } from "../../observer/report/report.ts";
import { summaryMarkdown } from "../../observer/report/summary-markdown.ts";
import { summary } from "../../observer/report/terminal.ts";
import { parseAnsweredBy } from "../../observer/request/answered-by.ts";
import { parseExpectation } from "../../observer/request/expectation.ts";
import { safeCommand, safeUrl } from "../../observer/request/redaction.ts";
import { parseRequestSpec } from "../../observer/request/request-spec.ts";
import { resolveRequest } from "../../observer/request/resolve-request.ts";
import { toldRequest } from "../../observer/request/told-request.ts";
import { watchCluster } from "../../observer/watch/cluster.ts";

// Plants the same word wherever somebody may have a secret, lets all of it go through load, watch, recording and report, and
// searches all that was written.
const WORD = "Pl4ntedWord";
const SPEC = `
path: /predict?key=${WORD}
headers: { authorization: { fromEnv: TOKEN }, x-key: ${WORD} }
body: { json: { word: ${WORD} } }
expect: ["json:/word=${WORD}", "header:x-word=${WORD}", "body~${WORD}"]
`;
const uid = "u1";
const owned = {
  ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-7f", uid: "u2", controller: true }],
};
const metadata = (name: string, of: string) => ({
  name,
  uid: of,
  resourceVersion: "1",
  creationTimestamp: "2026-03-14T09:30:00Z",
  annotations: { "kubectl.kubernetes.io/last-applied-configuration": WORD },
});
const container = { name: "web", image: "web:1", env: [{ name: "KEY", value: WORD }], args: [WORD] };
const podSpec = { containers: [container] };
const event = (name: string, about: object) => ({
  metadata: metadata(name, name),
  involvedObject: about,
  reason: "Failed",
  message: `value ${WORD}`,
  type: "Warning",
});

/** What the API server lists, by the last part of the path. */
const listed: Readonly<Record<string, readonly object[]>> = {
  pods: [
    { metadata: { ...metadata("web-7f-a", uid), ...owned }, spec: podSpec, status: { phase: "Running" } },
    { metadata: metadata(`other-${WORD}`, "u9"), spec: podSpec },
  ],
  deployments: [{ metadata: metadata("web", "u3"), spec: { replicas: 1, template: { spec: podSpec } } }],
  replicasets: [
    {
      metadata: {
        ...metadata("web-7f", "u2"),
        ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "u3", controller: true }],
      },
      spec: { replicas: 1, template: { spec: podSpec } },
    },
  ],
};
const json = (value: object) => ({ status: 200, headers: new Headers(), text: JSON.stringify(value) });
const transport: Transport = {
  async request(_method, path) {
    const kind = path.split("?")[0]?.split("/").at(-1) ?? "";
    return json({ metadata: { resourceVersion: "1" }, items: listed[kind] ?? [] });
  },
  listMetadata: async () => ({ metadata: { resourceVersion: "1" }, items: [] }),
  async watch(path, _query, onEvent) {
    if (path.endsWith("/events")) {
      setImmediate(() => {
        const of = { kind: "Secret", name: WORD, uid: "u8" };
        onEvent("ADDED", event("about-another", of) as never);
        const ours = { ...event("about-ours", { kind: "Pod", name: "web-7f-a", uid }), message: "Back-off" };
        onEvent("ADDED", ours as never);
      });
    }
    return { stop: () => {} };
  },
};

let server: Server;
let folder: string;
let terminal: string;
let podLog: string;
let objects: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const isRight = (request.headers["x-key"] ?? "") === WORD;
    response.setHeader("x-word", isRight ? `${WORD}!` : "");
    response.end(JSON.stringify({ word: `${WORD}!`, pod: WORD }));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  folder = await mkdtemp(join(tmpdir(), "online-inference-secrets-"));
  const spec = parseRequestSpec(SPEC, "request.yaml");
  const request = await resolveRequest(spec, { file: "request.yaml", env: { TOKEN: WORD }, readFile });
  const base = `http://${WORD}:${WORD}@127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = new URL(spec.path ?? "", base).href;
  const expect = (spec.expect ?? []).map(parseExpectation);
  const exchange: Exchange = { request, answers: { expect, answeredBy: parseAnsweredBy("json:/pod") } };
  const settings = {
    ...toldRequest(request, expect, parseAnsweredBy("json:/pod")),
    url: safeUrl(url),
    command: safeCommand(["sh", "-c", `deploy ${WORD}`]),
  };
  const recorder = startRecording({
    file: join(folder, "events.ndjson"),
    header: {
      ...{ experiment: "watch", title: "Rollout", question: "What happens?", stack: "deployment/web", settings },
      steps: [{ id: "change", title: "Change", kind: "watched", config: {} }],
      hypotheses: [
        { id: "users", claim: "No request fails", kind: "no-failed-requests", step: "change" },
        { id: "early", claim: "Pods answer only once they are Ready", kind: "not-served-before-ready" },
      ],
      ...{ ratePerSecond: 100, versions: {}, machine: "" },
    },
    clock: hostClock,
    onFailure: (error) => {
      throw error;
    },
  });
  const controller = new AbortController();
  const target = {
    namespace: "shop",
    services: ["web"],
    of: { workloads: [{ kind: "Deployment", name: "web" }] },
  } as const;
  const { done } = await watchCluster({ transport, target, clock: hostClock, recorder, signal: controller.signal });
  recorder.record({ type: "step-started", step: "change", title: "Change", releases: [] });
  const load = { url, ratePerSecond: 100, exchange, clock: hostClock };
  const lines: string[] = [];
  const fromHost = startLoad({ ...load, from: "host", sender: createSender(url, request), recorder });
  const fromPod = startLoad({
    ...load,
    from: "cluster",
    sender: createSender(url, request),
    recorder: lineRecorder((line) => lines.push(line), hostClock),
  });
  await new Promise((resolve) => setTimeout(resolve, 400));
  await Promise.all([fromHost.stop(), fromPod.stop()]);
  recorder.record({ type: "step-ended", step: "change", outcome: "succeeded", operationMs: 400 });
  controller.abort();
  await done;
  recorder.close();
  const { data } = await writeReport(folder, await readRecording(folder));
  await writeFile(join(folder, "junit.xml"), junitOf(data));
  await writeFile(join(folder, "summary.md"), summaryMarkdown(data, folder));
  terminal = summary(data);
  podLog = lines.join("");
  const order = { url, ratePerSecond: 100, exchange };
  const { configMap, job, secret } = loadManifests({
    namespace: "shop",
    instance: "web",
    like: podSpec,
    program: "0;",
    order,
  });
  objects = JSON.stringify([configMap, job]);
  // The Secret alone holds the order: otherwise the word would be nowhere because nothing was planted.
  if (!JSON.stringify(secret).includes(WORD)) throw new Error("the word was not planted");
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

test("what was planted was sent, and judged: every request is wrong, and Events of our own pod are told", async () => {
  const { events } = await readRecording(folder);
  const requests = events.filter((one) => one.type === "request");
  expect(requests.length).toBeGreaterThan(20);
  expect(new Set(requests.map(({ wrong }) => wrong))).toEqual(new Set(["json /word: another value (string)"]));
  const told = events.flatMap((one) => (one.type === "kubernetes-event" ? [one.message] : []));
  expect(told).toEqual(["Back-off"]);
  expect(events.flatMap((one) => (one.type === "pod" ? [one.name] : []))).toContain("web-7f-a");
});

test("the planted word is in nothing that was written", async () => {
  const names = await readdir(folder);
  expect(names.toSorted()).toEqual(
    [
      "events.ndjson",
      "junit.xml",
      "report.html",
      "report.json",
      "summary.md",
      "timeline.png",
      "timeline.svg",
    ].toSorted(),
  );
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), "latin1")] as const),
  );
  const written = [
    ...files,
    ["terminal", terminal],
    ["the pod's log", podLog],
    ["ConfigMap and Job", objects],
  ] as const;
  for (const [, text] of written) expect(text.length).toBeGreaterThan(100);
  expect(written.filter(([, text]) => text.includes(WORD)).map(([name]) => name)).toEqual([]);
});
