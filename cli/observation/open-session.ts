import type { StreamingTransport } from "../../observer/api-server.ts";
import type { Clock } from "../../observer/clock.ts";
import type { EngineEvent } from "../../observer/events.ts";
import type { ReferenceAnswers } from "../../observer/load/answers.ts";
import type { Load } from "../../observer/load/open-loop.ts";
import type { Recorder, RecorderOptions } from "../../observer/recording/recorder.ts";
import type { PodsOf } from "../../observer/run/delete-pods.ts";
import type { Engine, EngineOptions, Values } from "../../observer/run/engine.ts";
import type { StepPlan } from "../../observer/run/steps.ts";
import type { Observer, ObserverOptions } from "../../observer/watch/sources.ts";
import type { PreparedMachine } from "../../setup/prepare.ts";
import type { CommandContext } from "../command.ts";
import type { Interruptible } from "../interrupt.ts";
import type { PulumiCall } from "../pulumi.ts";
import type { StackFacts } from "../stack/facts.ts";
import type { ChosenSource, LoadRequest } from "./load-source.ts";
import type { ObservationOrder } from "./request.ts";
import type { ObservationView, ShownStep } from "./view.ts";

/** What all observations of one command share. */
export interface Laboratory {
  readonly context: CommandContext;
  readonly machine: PreparedMachine;
  readonly reference: ReferenceAnswers;
}

/** Everything that an observation does outside its own process. Injected, so that tests can interrupt it at every point. */
export interface ObservationEffects {
  readonly clock: Clock;
  /** Handles Ctrl-C until the result is disposed: the first one interrupts `child`. */
  readonly interruptible: (child: { readonly kill: () => void }) => Interruptible;
  /** Refuses a stack on which a Pulumi works, and unlocks what a killed one left locked. */
  readonly requireFree: (call: PulumiCall) => Promise<void>;
  /** Whether anything of the stack is up. */
  readonly isUp: (call: PulumiCall) => Promise<boolean>;
  /** Config of the stack's own file. */
  readonly stackConfig: (call: PulumiCall) => Promise<Values>;
  readonly stackFacts: (call: PulumiCall, values: Values) => Promise<StackFacts>;
  readonly stackPlan: (call: PulumiCall, values: Values) => Promise<StepPlan>;
  readonly engine: (options: EngineOptions) => Engine;
  /** Ends the stack in the cluster in which it is up; calls `destroy` if it has to be destroyed. */
  readonly endStack: (laboratory: Laboratory, call: PulumiCall, destroy: () => Promise<void>) => Promise<void>;
  readonly transport: (context: string) => StreamingTransport;
  readonly versions: (
    laboratory: Laboratory,
    call: PulumiCall,
    transport: StreamingTransport,
  ) => Promise<Readonly<Record<string, string>>>;
  readonly startRecording: (options: RecorderOptions) => Recorder;
  readonly view: (steps: readonly ShownStep[]) => ObservationView;
  readonly startObserver: (options: ObserverOptions) => Promise<Observer>;
  /** The base URL under which the stack answers on this machine. */
  readonly findAddress: (laboratory: Laboratory, facts: StackFacts, transport: StreamingTransport) => Promise<string>;
  readonly startLoad: (source: ChosenSource, request: LoadRequest) => Promise<Load>;
  readonly deletePods: (
    transport: StreamingTransport,
    pods: PodsOf,
    clock: Clock,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** One observation under way: its order, its tools, and the signal that ends it. */
export interface Session extends Disposable {
  readonly laboratory: Laboratory;
  readonly order: ObservationOrder;
  readonly effects: ObservationEffects;
  readonly call: PulumiCall;
  /** Config of the stack's own file. */
  readonly fileConfig: Values;
  readonly facts: StackFacts;
  readonly engine: Engine;
  /** Passes Pulumi's events to the listener until the result is disposed; one listener at a time. */
  readonly hearEngine: (listener: (event: EngineEvent) => void) => Disposable;
  readonly signal: AbortSignal;
  /** Ends the observation as Ctrl-C does. */
  readonly abort: () => void;
}

/** Begins a session. Until it is disposed, Ctrl-C ends the running operation and the observation in good order. */
export function openSession(
  known: Pick<Session, "laboratory" | "order" | "effects" | "call" | "fileConfig" | "facts">,
): Session {
  const { effects, call } = known;
  let listener: ((event: EngineEvent) => void) | undefined;
  const { signal, abort, [Symbol.dispose]: close } = effects.interruptible({ kill: () => engine.interrupt() });
  const engine = effects.engine({ ...call, clock: effects.clock, signal, onEvent: (event) => listener?.(event) });
  return {
    ...known,
    engine,
    hearEngine: (heard) => {
      listener = heard;
      return {
        [Symbol.dispose]() {
          listener = undefined;
        },
      };
    },
    signal,
    abort,
    [Symbol.dispose]: close,
  };
}
