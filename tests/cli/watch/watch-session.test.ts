import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { beforeEach, describe, expect, test } from "vitest";
import { makeWatch, type WatchOrder } from "../../../cli/watch/watch-session.ts";
import { UserError } from "../../../common/user-error.ts";
import { hostClock } from "../../../observer/clock.ts";
import { RECORDING_FILE, readRecording } from "../../../observer/recording/reader.ts";
import { startRecording } from "../../../observer/recording/recorder.ts";
import type { ObserverOptions } from "../../../observer/watch/sources.ts";
import { ownerSeen } from "../../observer/support/owner-seen.ts";
import { podSeen } from "../../observer/support/pod-seen.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";
import { kubeApi, namespaceOf } from "../support/kube-api.ts";

const { workload, service } = namespaceOf("shop");
const objects: Record<string, object> = {
  ...workload("Deployment", "web", { app: "web" }),
  ...service("web", { app: "web" }),
};
const [deployment = {}, leading = {}] = Object.values(objects);

let reports: string;
let log: string[];
let notes: string[];
let lastWords: () => string;

beforeEach(async () => {
  reports = await scratchFolder();
  log = [];
  notes = [];
});

/** Time passes without waiting. */
function quickClock() {
  let now = 0;
  return {
    ...hostClock,
    monotonicMs: () => now,
    sleep: async (ms: number) => {
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** A watch with parts that log their start and end; its change is what `act` shows to the observer. */
function order(act: (options: ObserverOptions) => void, more: Partial<WatchOrder> = {}): WatchOrder {
  let observer: ObserverOptions | undefined;
  const { transport } = kubeApi(objects);
  const controller = new AbortController();
  const streaming = {
    ...transport,
    listMetadata: async () => ({ metadata: { resourceVersion: "1" }, items: [] }),
    watch: async () => ({ stop: () => {} }),
    async *stream() {},
  };
  return {
    access: {
      kubeconfig: new KubeConfig(),
      context: "lab",
      cluster: "lab.example:6443",
      namespace: "shop",
      transport: streaming,
    },
    target: {
      workloads: [{ kind: "Deployment", object: deployment }],
      service: leading,
      nodes: [],
      notes: [],
    },
    told: {
      name: "deployment/web",
      settings: { context: "lab" },
      notices: [],
      versions: { lab: "1" },
      machine: "2 cores",
    },
    hypotheses: [{ id: "done", claim: "It completes", kind: "rollout-completes", step: "change" }],
    ratePerSecond: 100,
    command: {
      run: async () => {
        log.push("command");
        if (observer) act(observer);
        return { exitCode: 0 };
      },
      kill: () => log.push("kill"),
    },
    timeoutMs: 30_000,
    reports,
    note: (line) => notes.push(line),
    startLoad: async () => {
      log.push("+load");
      return {
        stop: async () => {
          log.push("-load");
          return 0;
        },
      };
    },
    effects: {
      clock: quickClock(),
      startRecording: (options) => {
        log.push("+recording");
        const recorder = startRecording(options);
        return {
          ...recorder,
          close: () => {
            log.push("-recording");
            recorder.close();
          },
        };
      },
      view: () => ({ onProgress: () => {}, end: async () => {} }),
      startObserver: async (options) => {
        log.push("+observer");
        observer = options;
        options.recorder.record(ownerSeen("web", { generation: 1, observedGeneration: 1 }));
        options.recorder.record(podSeen("a", { owner: "web-7f" }));
        return { stop: async () => void log.push("-observer") };
      },
    },
    interruptible: () => {
      log.push("+interruptible");
      const abort = () => controller.abort();
      return { signal: controller.signal, abort, [Symbol.dispose]: () => void log.push("-interruptible") };
    },
    endingAtOnce: (words) => {
      lastWords = words;
      return { [Symbol.dispose]: () => {} };
    },
    ...more,
  };
}

/** A rollout that is over at once. */
const rollout = ({ recorder }: ObserverOptions) => {
  recorder.record(podSeen("b", { owner: "web-5c" }));
  recorder.record(podSeen("a", { owner: "web-7f", change: "deleted" }));
  recorder.record(ownerSeen("web", { generation: 2, observedGeneration: 2 }));
};

describe("a watch", () => {
  test("begins one thing after the other and ends them in reverse order, the load first before the change", async () => {
    const { folder, observation, result } = await makeWatch(order(rollout));
    expect(observation).toEqual({ outcome: "complete" });
    expect(result).toEqual({ notOver: [], nothingChanged: false });
    expect(log).toEqual([
      "+interruptible",
      "+recording",
      "+observer",
      "+load",
      "command",
      "-load",
      "-observer",
      "-recording",
      "-interruptible",
    ]);
    const { header, events } = await readRecording(folder);
    expect(header).toMatchObject({ experiment: "watch", stack: "deployment/web", settings: { context: "lab" } });
    expect(events.flatMap((one) => (one.type === "step-ended" ? [`${one.step} ${one.outcome}`] : []))).toEqual([
      "before succeeded",
      "change succeeded",
      "after succeeded",
    ]);
  });

  test("records the plan of what is wanted after the command, and none where the workload is as it was", async () => {
    const { folder } = await makeWatch(order(rollout));
    expect((await readRecording(folder)).header.plans).toEqual({});
    const path = "/apis/apps/v1/namespaces/shop/deployments/web";
    const before = objects[path];
    const changed = await makeWatch(
      order((options) => {
        objects[path] = { ...deployment, metadata: { name: "web", uid: "Deployment/web", generation: 2 } };
        rollout(options);
      }),
    );
    if (before) objects[path] = before;
    const plans = (await readRecording(changed.folder)).header.plans?.change;
    expect(plans).toMatchObject([{ workload: "Deployment/web", change: "roll" }]);
  });

  test("says why there is no plan, and goes on, where the API server does not tell what runs", async () => {
    const given = order(rollout);
    const request: typeof given.access.transport.request = async (method, path, ...more) => {
      if (!path.endsWith("/replicasets")) return given.access.transport.request(method, path, ...more);
      return { status: 500, headers: new Headers(), text: '{"message":"etcdserver: request timed out"}' };
    };
    const access = { ...given.access, transport: { ...given.access.transport, request } };
    expect(await makeWatch({ ...given, access })).toMatchObject({ observation: { outcome: "complete" } });
    expect(notes).toEqual([expect.stringMatching(/^there is no plan of the change: .*etcdserver: request timed out$/)]);
  });

  test("takes a silence of the API server after the command for no answer about the workload", async () => {
    const given = order(() => {});
    const request: typeof given.access.transport.request = async (method, path, ...more) => {
      if (!path.endsWith("/deployments/web")) return given.access.transport.request(method, path, ...more);
      return { status: 500, headers: new Headers(), text: "{}" };
    };
    const access = { ...given.access, transport: { ...given.access.transport, request } };
    const { result } = await makeWatch({ ...given, access, timeoutMs: 5_000 });
    expect(result.notOver).toEqual(["the API server does not tell what is wanted of the workloads"]);
  });

  const byJob: readonly Partial<WatchOrder>[] = [{}, { loadJob: "load-1" }];
  test.each(byJob)(
    "watches the workload by its name, the endpoints of its Service, and asks no pod of others for figures: %j",
    async (more) => {
      let asked: ObserverOptions | undefined;
      const given = order(rollout, more);
      const startObserver: WatchOrder["effects"]["startObserver"] = async (options) => {
        asked = options;
        return given.effects.startObserver(options);
      };
      await makeWatch({ ...given, effects: { ...given.effects, startObserver } });
      expect(asked?.target).toEqual({
        namespace: "shop",
        services: ["web"],
        of: { workloads: [{ kind: "Deployment", name: "web" }], ...more },
      });
      expect(asked).not.toHaveProperty("port");
    },
  );

  test("that cannot send load ends what was begun, runs no command, and says why", async () => {
    const startLoad = async () => {
      throw new UserError("no load");
    };
    await expect(makeWatch(order(rollout, { startLoad }))).rejects.toThrow("no load");
    expect(log).toEqual(["+interruptible", "+recording", "+observer", "-observer", "-recording", "-interruptible"]);
    expect(await readdir(join(reports, "watch"))).toEqual([]);
  });

  test("that is interrupted before its first step keeps nothing, and says so", async () => {
    const abort = new AbortController();
    const interruptible = () => ({ signal: abort.signal, abort: () => {}, [Symbol.dispose]: () => {} });
    const startLoad = async () => {
      abort.abort();
      return { stop: async () => 0 };
    };
    await expect(makeWatch(order(rollout, { interruptible, startLoad }))).rejects.toThrow(
      "ended before the first step: nothing was changed, and nothing is kept",
    );
    expect(log).not.toContain("command");
    expect(await readdir(join(reports, "watch"))).toEqual([]);
  });

  test.each([
    ["before", false],
    ["change", true],
  ])("that is interrupted in step %s is kept, and knows whether the change began: %s", async (during, hasBegun) => {
    const abort = new AbortController();
    const given = order(rollout, {
      interruptible: () => ({ signal: abort.signal, abort: () => {}, [Symbol.dispose]: () => {} }),
    });
    const startRecording: typeof given.effects.startRecording = (options) => {
      const recorder = given.effects.startRecording(options);
      const record: typeof recorder.record = (happening) => {
        // Once the step is recorded.
        if (happening.type === "step-started" && happening.step === during) queueMicrotask(() => abort.abort());
        return recorder.record(happening);
      };
      return { ...recorder, record };
    };
    const made = await makeWatch({ ...given, effects: { ...given.effects, startRecording } });
    expect(made).toMatchObject({ observation: { outcome: "interrupted" }, hasBegun });
    expect((await readRecording(made.folder)).header.experiment).toBe("watch");
  });

  test("that waits for somebody else ends after 2 h in which nobody changed anything, and says so", async () => {
    const { command: _, ...waiting } = order(() => {});
    const made = await makeWatch(waiting);
    expect(made).toMatchObject({ observation: { outcome: "interrupted" }, hasBegun: false });
    expect(notes).toEqual(["a watch waits for 2 h at most, and ends: run the same command again to wait on"]);
    expect(log).toEqual(expect.arrayContaining(["-load", "-observer", "-recording"]));
    expect((await readRecording(made.folder)).events.at(-1)?.atMs).toBeGreaterThanOrEqual(7_200_000);
  });

  test("says what it leaves behind where it ends at once", async () => {
    const told: string[] = [];
    const command = {
      run: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        told.push(lastWords());
        return { exitCode: 0 };
      },
      kill: () => {},
    };
    const { folder } = await makeWatch(order(rollout, { command, loadJob: "load-1" }));
    const recorded = `what was recorded is kept: bin/lab report ${folder}`;
    expect([...told, lastWords()]).toEqual([
      `the command gets SIGTERM, and is not waited for; the load's Job may be left; this deletes it: kubectl --context lab -n shop delete job load-1 --ignore-not-found; ${recorded}`,
      `the load's Job may be left; this deletes it: kubectl --context lab -n shop delete job load-1 --ignore-not-found; ${recorded}`,
    ]);
  });

  test("waits for a command that goes on after the change's time is up", async () => {
    const ended = Promise.withResolvers<void>();
    const command = {
      run: async () => {
        await ended.promise;
        return { exitCode: 7 };
      },
      kill: () => {},
    };
    const note = (line: string) => {
      notes.push(line);
      ended.resolve();
    };
    const { result } = await makeWatch(order(rollout, { command, note, timeoutMs: 5_000 }));
    expect(notes).toEqual(["the command still runs: waiting for its end"]);
    expect(result).toMatchObject({
      notOver: ["the command still runs"],
      commandFailed: "the command ended with exit code 7",
    });
  });

  test("writes one file, which is a recording", async () => {
    const { folder } = await makeWatch(order(rollout));
    expect(await readFile(join(folder, RECORDING_FILE), "utf8")).toContain('"type":"header"');
  });
});
