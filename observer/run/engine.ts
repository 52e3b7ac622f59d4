import { type FileHandle, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { EngineEvent as LoggedEvent } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import type { Clock } from "../clock.ts";
import type { EngineEvent } from "../events.ts";
import { type Values, withStackFile } from "./stack-file.ts";

export type { Values };

/**
 * How an operation ended; `output` is everything that Pulumi printed, `message` the cause of a failure. `diff` is what an `up` told of
 * its changes, without what came of them and without anything that a build or a program said.
 */
export type Operation = {
  readonly succeeded: boolean;
  readonly message?: string;
  readonly output: string;
  readonly diff?: string;
};

/** Pulumi on one stack; one operation at a time. */
export type Engine = {
  /** Deploys; tells in full what that changes. */
  readonly up: (values: Values) => Promise<Operation>;
  readonly destroy: (values: Values) => Promise<Operation>;
  /** Asks a running operation to end in good order (SIGINT). */
  readonly interrupt: () => void;
};

/**
 * `pulumi` is the path of the program, `project` the folder of Pulumi.yaml; `onEvent` hears every change and trouble, `onSaid`
 * what the Pulumi program tells its user about the stack as a whole, such as the plan. Once `signal` is aborted, no operation is
 * tried again.
 */
export type EngineOptions = {
  readonly pulumi: string;
  readonly project: string;
  readonly stack: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, "sleep">;
  readonly signal: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onSaid?: (message: string) => void;
};

/** With it the refresh before an up uses docker's present address, not the one in the state. */
const RUN_PROGRAM = "--run-program";

/** Deploys, without a question. */
export const UP = ["up", "--yes", "--skip-preview", RUN_PROGRAM];

/** Destroys, without a question. It reads the state alone, so it needs no program. */
export const DESTROY = ["destroy", "--yes", "--skip-preview"];

/** Prints each change as a preview does. What resources become would be hundreds of lines, and the watch records it anyway. */
const SHOW_DIFF = ["--diff", "--suppress-outputs"];

const READ_LOG_EVERY_MS = 50;
/**
 * A `pulumi up` by hand locks the stack for the seconds in which its program finds out that it may not; nothing has begun then, so
 * an operation that finds the stack locked is tried again, for about a minute.
 */
const LOCKED = /the stack is currently locked by \d+ lock/;
const TRY_AGAIN_MS = 1_000;
const MOST_TRIES = 60;
const COMMON = ["--non-interactive", "--color", "never", "--suppress-progress"];

/**
 * Runs Pulumi as its Automation API does: the command with an event log. The Automation API itself has two effects that an
 * observation must not have: it selects the stack for the user's shell, and it runs three more commands for outputs and history
 * after every `up`, while the observer measures.
 */
export function pulumiEngine(options: EngineOptions): Engine {
  const { pulumi, project, stack, env, clock, signal, onEvent, onSaid } = options;
  let running: { kill(signal: "SIGINT"): unknown } | undefined;

  const run = async (args: readonly string[], values: Values): Promise<Operation> => {
    for (let tries = 1; ; tries += 1) {
      const operation = await runOnce(args, values);
      const isLocked = !operation.succeeded && LOCKED.test(operation.output);
      if (!isLocked || tries >= MOST_TRIES || signal.aborted) return operation;
      await clock.sleep(TRY_AGAIN_MS, signal);
    }
  };

  const runOnce = (args: readonly string[], values: Values): Promise<Operation> =>
    withStackFile({ project, stack, values }, async ({ folder, args: config }) => {
      const log = join(folder, "events.json");
      await writeFile(log, "");
      const child = execa(pulumi, [...args, "--stack", stack, ...COMMON, "--event-log", log, ...config], {
        cwd: project,
        // --event-log is one of Pulumi's debugging options, which this variable switches on.
        env: { ...env, PULUMI_DEBUG_COMMANDS: "true" },
        stdin: "ignore",
        all: true,
        reject: false,
      });
      running = child;
      try {
        const troubles: string[] = [];
        const ended = new AbortController();
        const reading = readLines(log, clock, ended.signal, (line) => {
          const event = engineEvent(line);
          if (event?.severity === "error" && event.message) troubles.push(event.message);
          if (event) onEvent(event);
          const said = onSaid && saidByProgram(line);
          if (said) onSaid(said);
        });
        const { exitCode, all, stdout } = await child;
        running = undefined;
        ended.abort();
        await reading;
        // Pulumi prints a diff on standard output, and what is said meanwhile on the other one.
        const told = { output: all, ...(args[0] === "up" && { diff: stdout }) };
        if (exitCode === 0) return { succeeded: true, ...told };
        return { succeeded: false, message: troubles.join("\n") || lastLines(all), ...told };
      } finally {
        running = undefined;
      }
    });

  return {
    up: (values) => run([...UP, ...SHOW_DIFF], values),
    destroy: (values) => run(DESTROY, values),
    interrupt: () => void running?.kill("SIGINT"),
  };
}

/**
 * Reads a growing file every READ_LOG_EVERY_MS and passes on its whole lines; when the signal is aborted, it reads the file once
 * more and passes on the rest. An example, the event log of an operation:
 *
 *   new in the file              passed on             kept for the next read
 *   {"sequence":1}⏎{"seq         {"sequence":1}        {"seq
 *   nothing                      nothing               {"seq
 *   uence":2}⏎{"sequence":3}     {"sequence":2}        {"sequence":3}
 *   nothing; Pulumi has ended    {"sequence":3}
 */
async function readLines(
  file: string,
  clock: Pick<Clock, "sleep">,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const handle = await open(file);
  const decoder = new StringDecoder();
  let rest = "";
  try {
    for (let isLast = false; !isLast; ) {
      await clock.sleep(READ_LOG_EVERY_MS, signal);
      // Checked before the read, so that the last read sees everything that was written before the end.
      isLast = signal.aborted;
      const lines = (rest + (await readNew(handle, decoder))).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim()) onLine(line);
    }
    if (rest.trim()) onLine(rest);
  } finally {
    await handle.close();
  }
}

async function readNew(handle: FileHandle, decoder: StringDecoder): Promise<string> {
  const buffer = Buffer.alloc(64 * 1024);
  let text = "";
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return text;
    text += decoder.write(buffer.subarray(0, bytesRead));
  }
}

const lastLines = (text: string): string => text.trim().split("\n").slice(-5).join("\n");

/** Operations that change nothing: Pulumi reads a resource, or finds that it is as it should be. */
const IDLE_OPERATIONS = new Set(["refresh", "same", "read"]);

const SHOWN_SEVERITIES = new Set(["warning", "error", "info#err"]);

/** Makes one line of Pulumi's event log a happening; undefined for a torn line and for one that tells of no change or trouble. */
export function engineEvent(line: string): EngineEvent | undefined {
  const logged = parse(line);
  if (!logged) return undefined;
  const { diagnosticEvent, resourcePreEvent, resOutputsEvent, resOpFailedEvent } = logged;
  if (resourcePreEvent) return operation("started", resourcePreEvent.metadata);
  if (resOutputsEvent) return operation("done", resOutputsEvent.metadata);
  if (resOpFailedEvent) return operation("failed", resOpFailedEvent.metadata);
  if (!diagnosticEvent || diagnosticEvent.ephemeral || !SHOWN_SEVERITIES.has(diagnosticEvent.severity))
    return undefined;
  const { urn, severity, message } = diagnosticEvent;
  return {
    type: "engine",
    kind: "diagnostic",
    ...(urn && { resource: shortName(urn) }),
    severity,
    message: message.trim(),
  };
}

/**
 * What the program tells its user in one line of the event log; undefined for every other line. The engine tells whose a message
 * is if it is a resource's: the program speaks of the stack as a whole.
 */
export function saidByProgram(line: string): string | undefined {
  const said = parse(line)?.diagnosticEvent;
  if (said?.severity !== "info" || said.ephemeral || said.urn) return undefined;
  return said.message.trim();
}

function operation(kind: EngineEvent["kind"], { op, urn }: { op: string; urn: string }): EngineEvent | undefined {
  return IDLE_OPERATIONS.has(op) ? undefined : { type: "engine", kind, operation: op, resource: shortName(urn) };
}

/** Shortens a URN to type and name, `kubernetes:apps/v1:Deployment::online-inference`, without stack, project and parents. */
function shortName(urn: string): string {
  const [, , types = urn, name = ""] = urn.split("::");
  return `${types.split("$").at(-1)}::${name}`;
}

function parse(line: string): LoggedEvent | undefined {
  try {
    return JSON.parse(line) as LoggedEvent;
  } catch {
    return undefined;
  }
}
