import { makeObservation, type ObservationMade } from "../../../cli/observation/observation.ts";
import type { Laboratory, ObservationEffects } from "../../../cli/observation/open-session.ts";
import type { ObservationOrder } from "../../../cli/observation/request.ts";
import { UserError } from "../../../common/user-error.ts";
import type { StreamingTransport } from "../../../observer/api-server.ts";
import { startRecording } from "../../../observer/recording/recorder.ts";
import type { Engine, Operation } from "../../../observer/run/engine.ts";
import { resolvePaths } from "../../../setup/machine/paths.ts";
import { fakeOutside } from "../../setup/support/fake-outside.ts";

/** The moments of an observation of one step, in order. A test may interrupt the observation, or make it fail, at each one. */
export const MOMENTS = [
  "remove locks",
  "read config",
  "ask for facts",
  "clear the stack",
  "ask for versions",
  "start the recording",
  "show the view",
  "start the observer",
  "plan the step",
  "deploy",
  "start the load",
  "watch",
  "stop the load",
  "stop the observer",
  "end the view",
  "close the recording",
  "destroy the stack",
] as const;

export type Moment = (typeof MOMENTS)[number];

/** What a test can do at a moment. */
export type Ways = {
  /** Ends the observation as Ctrl-C does. */
  readonly interrupt: () => void;
  /** Reports that the recording cannot be written any more. */
  readonly breakRecording: () => void;
  /** Makes Pulumi's operation of this moment fail with a message. */
  readonly failOperation: (message: string) => void;
};

/** The result and the traces of a faked observation. */
export type Faked = {
  readonly made?: ObservationMade;
  readonly error?: unknown;
  /** The moments that were reached, in order. */
  readonly moments: readonly Moment[];
  /** The parts that were started (`+recording`) and ended (`-recording`), in order. */
  readonly log: readonly string[];
  readonly notes: readonly string[];
};

/** Runs an observation of one step in which everything but the recording's file is fake; calls `at` at each moment. */
export async function fakeObservation(
  project: string,
  at: (moment: Moment, ways: Ways) => void,
  order: Partial<ObservationOrder> = {},
): Promise<Faked> {
  const moments: Moment[] = [];
  const log: string[] = [];
  const notes: string[] = [];
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  let breakRecording = () => {};
  const come = (moment: Moment) => {
    moments.push(moment);
    at(moment, { interrupt, breakRecording, failOperation });
  };
  const begin = (moment: Moment, what: string) => {
    come(moment);
    log.push(`+${what}`);
  };
  const end = (moment: Moment, what: string) => {
    log.push(`-${what}`);
    come(moment);
  };

  let failure: string | undefined;
  const failOperation = (message: string) => {
    failure = message;
  };
  const operation = async (moment: Moment): Promise<Operation> => {
    failure = undefined;
    come(moment);
    return failure === undefined ? { succeeded: true, output: "" } : { succeeded: false, message: failure, output: "" };
  };
  const engine = (onEvent: Parameters<ObservationEffects["engine"]>[0]["onEvent"]): Engine => ({
    up: async () => {
      onEvent({ type: "engine", kind: "started", operation: "create", resource: "Pod::a" });
      return operation("deploy");
    },
    destroy: async () => {
      onEvent({ type: "engine", kind: "started", operation: "delete", resource: "Pod::a" });
      return operation(log.includes("+recording") ? "destroy the stack" : "clear the stack");
    },
    interrupt: () => {},
  });
  let nowMs = 0;
  const clock = {
    monotonicMs: () => nowMs,
    wallMs: () => 1_700_000_000_000 + nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
      if (!moments.includes("watch")) come("watch");
    },
  };

  const effects: ObservationEffects = {
    clock,
    interruptible: () => {
      log.push("+interruptible");
      return {
        signal: controller.signal,
        abort: interrupt,
        [Symbol.dispose]: () => void log.push("-interruptible"),
      };
    },
    requireFree: async () => come("remove locks"),
    isUp: async () => moments.includes("deploy") && !moments.includes("destroy the stack"),
    stackConfig: async () => {
      come("read config");
      return {};
    },
    stackFacts: async () => {
      come("ask for facts");
      return facts;
    },
    stackPlan: async () => {
      come("plan the step");
      return { plans: [], services: [], releases: ["v1"] };
    },
    engine: ({ onEvent }) => engine(onEvent),
    endStack: (_laboratory, _call, destroy) => destroy(),
    transport: () => ({}) as StreamingTransport,
    versions: async () => {
      come("ask for versions");
      return { lab: "0.1.0" };
    },
    startRecording: (options) => {
      begin("start the recording", "recording");
      const recorder = startRecording(options);
      breakRecording = () => options.onFailure(new UserError("the disk is full"));
      return {
        ...recorder,
        record: (happening) => {
          if (log.includes("-recording")) throw new Error("recorded after the recording's end");
          return recorder.record(happening);
        },
        close: () => {
          recorder.close();
          end("close the recording", "recording");
        },
      };
    },
    view: () => {
      begin("show the view", "view");
      return { onProgress: () => {}, end: async () => end("end the view", "view") };
    },
    startObserver: async () => {
      begin("start the observer", "observer");
      return {
        stop: async ({ inAHurry }) => end("stop the observer", inAHurry ? "observer in a hurry" : "observer"),
      };
    },
    findAddress: async () => {
      throw new UserError("nothing answers");
    },
    startLoad: async () => {
      begin("start the load", "load");
      return {
        stop: async () => {
          end("stop the load", "load");
          return 0;
        },
      };
    },
    deletePods: async () => {},
  };

  const report: Laboratory["context"]["report"] = {
    note: (line) => notes.push(line),
    during: (_what, _usualSeconds, work) => work(() => undefined),
  };
  const laboratory: Laboratory = {
    context: {
      outside: fakeOutside({}),
      paths: { ...resolvePaths(), project },
      report,
      durations: { usualSeconds: async () => undefined, took: async () => {} },
    },
    machine: {
      profile: { name: "minikube" } as Laboratory["machine"]["profile"],
      pulumi: "pulumi",
      minikube: "minikube",
      env: {},
    },
    reference: { bodies: ["{}"], releases: {} },
  };
  const went = makeObservation(laboratory, { ...standardOrder, ...order }, effects);
  return went.then(
    (made) => ({ made, moments, log, notes }),
    (error: unknown) => ({ error, moments, log, notes }),
  );
}

const standardOrder: ObservationOrder = {
  stack: "pod",
  settings: {},
  releases: {},
  ratePerSecond: 100,
  atMostShare: 0.01,
  observeAtLeastMs: 2_000,
  keep: false,
};

const facts = {
  experiment: "pod",
  title: "A bare Pod",
  question: "Does it serve?",
  settings: {},
  steps: [{ id: "deploy", title: "Deploy", kind: "up", config: { release: "v1" } }],
  hypotheses: [],
  profile: "minikube",
  context: "minikube",
  namespace: "online-inference-pod",
  nodePort: 30_050,
  service: "online-inference",
  port: 8000,
  path: "/predict",
  selector: { app: "x" },
} as const;
