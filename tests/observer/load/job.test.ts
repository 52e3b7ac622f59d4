import { describe, expect, test } from "vitest";
import { referenceAnswers } from "../../../cli/observation/reference-answers.ts";
import { NODE_ADDRESS, withNodeAddress } from "../../../observer/load/address.ts";
import { bundleLoad } from "../../../observer/load/bundle.ts";
import { modelExchange } from "../../../observer/load/exchange.ts";
import { followLog, lineRecorder, moved, readLine } from "../../../observer/load/job-log.ts";
import { loadManifests } from "../../../observer/load/job-manifest.ts";
import { emptyLedger, enter } from "../../../observer/load/ledger.ts";
import { LOAD_NAME } from "../../../observer/load/name.ts";
import { MODEL_REQUEST } from "../../../observer/request/sent-request.ts";
import { violations } from "../../../policy/rules.ts";
import { resolvePaths } from "../../../setup/machine/paths.ts";
import { selector } from "../../../stacks/objects/labels.ts";

const image = `registry.example:5000/online-inference@sha256:${"a".repeat(64)}`;
const like = {
  imagePullSecrets: [{ name: "pull" }],
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 65_532,
    runAsGroup: 65_532,
    seccompProfile: { type: "RuntimeDefault" },
  },
  containers: [
    {
      name: "online-inference",
      image,
      imagePullPolicy: "Always",
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
    },
  ],
};
const order = {
  url: `http://${NODE_ADDRESS}:30059/predict`,
  ratePerSecond: 20,
  exchange: modelExchange({ bodies: ["{}"], releases: {} }),
};
const parts = { namespace: "lab", instance: "dev", like, program: "0;", order };

describe("the load's objects", () => {
  test("obey every rule, by the image of the live pod", () => {
    const { job } = loadManifests(parts);
    const { metadata, spec } = job.spec?.template ?? {};
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "load", namespace: "lab", labels: metadata?.labels ?? {} },
      ...(spec && { spec }),
    } as const;
    const namespace = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "lab", labels: { ...metadata?.labels, "pod-security.kubernetes.io/enforce": "restricted" } },
    } as const;
    expect(violations([namespace, pod]).filter(({ object }) => object.startsWith("Pod"))).toEqual([]);
    expect(spec).toMatchObject({
      imagePullSecrets: [{ name: "pull" }],
      containers: [{ image, imagePullPolicy: "Always" }],
    });
    expect(job.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 7_500, ttlSecondsAfterFinished: 300 });
    const longer = loadManifests({ ...parts, order: { ...order, longestMs: 14_700_000 } });
    expect(longer.job.spec?.activeDeadlineSeconds).toBe(15_000);
    expect(JSON.parse(longer.secret.stringData?.["order.json"] ?? "")).toMatchObject({ longestMs: 14_700_000 });
  });

  test("are not selected by what selects the stack's pods", () => {
    const labels = loadManifests(parts).job.spec?.template.metadata?.labels ?? {};
    const own = Object.entries(selector("dev"));
    expect(own.every(([key, value]) => labels[key] === value)).toBe(false);
  });

  test("ask the Service's port on their own node, whose address only the pod knows", () => {
    const [container] = loadManifests(parts).job.spec?.template.spec?.containers ?? [];
    const [variable] = container?.env ?? [];
    expect(variable).toEqual({ name: NODE_ADDRESS, valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } });
    const url = `http://${NODE_ADDRESS}:30059/predict`;
    expect(withNodeAddress(url, "192.168.49.2")).toBe("http://192.168.49.2:30059/predict");
    expect(withNodeAddress(url, "fd00::2")).toBe("http://[fd00::2]:30059/predict");
  });

  test("keep the order in a Secret: nothing else holds a header or a body", () => {
    const request = { ...MODEL_REQUEST, headers: { authorization: "Bearer S3CRET" }, body: { text: "S3CRET" } };
    const exchange = { request, answers: { expect: [] } };
    const { secret, configMap, job } = loadManifests({ ...parts, order: { ...order, exchange } });
    expect(JSON.parse(secret.stringData?.["order.json"] ?? "")).toEqual({ ...order, exchange });
    expect(JSON.stringify([configMap, job])).not.toContain("S3CRET");
  });

  test("by an image of its own run as nobody, beside another load of the namespace", () => {
    const { like: _like, ...others } = parts;
    const name = `${LOAD_NAME}-7x`;
    const { job, secret, configMap } = loadManifests({ ...others, name, image: "node:24", annotations: { by: "ada" } });
    expect([job, secret, configMap].map(({ metadata }) => metadata?.name)).toEqual([name, name, name]);
    expect(job.metadata?.annotations).toEqual({ by: "ada" });
    const spec = job.spec?.template.spec;
    expect(spec).toMatchObject({
      securityContext: { runAsNonRoot: true, runAsUser: 65_532 },
      containers: [{ image: "node:24", securityContext: { allowPrivilegeEscalation: false } }],
    });
    const sources = [{ configMap: { name } }, { secret: { name } }];
    expect(spec?.volumes).toEqual([{ name: "program", projected: { sources } }]);
  });

  test("fit into a ConfigMap and a Secret with the whole reference", async () => {
    const reference = await referenceAnswers(resolvePaths().project);
    const { configMap, secret } = loadManifests({
      ...parts,
      program: await bundleLoad(),
      order: { ...order, exchange: modelExchange(reference) },
    });
    const bytesOf = (data: Readonly<Record<string, string>> = {}) =>
      Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(bytesOf(configMap.data)).toBeLessThan(1_000_000);
    expect(bytesOf(secret.stringData)).toBeLessThan(1_000_000);
  });
});

describe("a line", () => {
  test("brings a happening from the program's clock to the recording's", () => {
    const lines: string[] = [];
    const recorder = lineRecorder((line) => lines.push(line), { wallMs: () => 1_700_000_000_000.25 });
    recorder.record({
      type: "request",
      dueMs: 1_700_000_000_010.5,
      sentMs: 1_700_000_000_011,
      latencyMs: 2,
      connection: "kept",
    });
    const line = readLine(lines[0] ?? "");
    expect(line).toMatchObject({ seq: 1, writtenMs: 1_700_000_000_000.25 });
    expect(line && moved(line.happening, -1_700_000_000_000)).toEqual({
      type: "request",
      dueMs: 10.5,
      sentMs: 11,
      latencyMs: 2,
      connection: "kept",
    });
    const gap = { type: "gap", source: "load", fromMs: 5_000, untilMs: 6_000, why: "" } as const;
    expect(moved(gap, -4_000)).toMatchObject({ fromMs: 1_000, untilMs: 2_000 });
  });

  test.each(["(node:1) Warning: something", "null", "{}", '{"seq":1'])("that is another's is none: %s", (text) => {
    expect(readLine(text)).toBeUndefined();
  });
});

describe("a log", () => {
  const request = { type: "request", dueMs: 0, sentMs: 0, connection: "kept" };
  const line = (seq: number) =>
    `${JSON.stringify({ seq, writtenMs: seq * 1_000, happening: { ...request, latencyMs: seq } })}\n`;

  /** Follows streams one after the other; each yields text and ends or breaks off. The container has ended after the last. */
  async function read(streams: readonly (readonly (string | Error)[])[]) {
    const seen: number[] = [];
    const lost: unknown[] = [];
    let ledger = emptyLedger(0);
    const take = (text: string) => {
      const entry = enter(ledger, text);
      ledger = entry.ledger;
      for (const happening of entry.happenings) {
        if (happening.type === "request") seen.push(happening.latencyMs);
        if (happening.type === "gap") {
          lost.push([happening.fromMs, happening.untilMs, Number.parseInt(happening.why, 10)]);
        }
      }
    };
    const left = [...streams];
    await followLog({
      async *stream() {
        for (const part of left.shift() ?? []) {
          if (part instanceof Error) throw part;
          yield part;
        }
      },
      take,
      isOver: async () => left.length === 0,
      clock: { sleep: async () => {} },
      signal: new AbortController().signal,
    });
    return { seen, lost };
  }

  test("that breaks off within a line goes on, and repeats nothing", async () => {
    const [one, two, three] = [line(1), line(2), line(3)];
    const half = two.slice(0, 20);
    expect(
      await read([
        [one, half, new Error("reset")],
        [one + two.slice(0, 5), two.slice(5) + three],
      ]),
    ).toEqual({
      seen: [1, 2, 3],
      lost: [],
    });
  });

  test("that lost lines says how many and between when", async () => {
    expect(await read([[line(1)], [line(2)], [line(5), line(6)]])).toEqual({
      seen: [1, 2, 5, 6],
      lost: [[2_000, 5_000, 2]],
    });
  });

  test("whose first lines are lost says so", async () => {
    expect((await read([[line(3)]])).lost).toEqual([[3_000, 3_000, 2]]);
  });
});
