import { type FileHandle, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { EngineEvent as LoggedEvent } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import type { Clock } from "../clock.ts";
import type { EngineEvent } from "../events.ts";
import { type Values, withStackFile } from "./stack-file.ts";

export type { Values };

/** How an operation ended, and all that Pulumi printed. */
export type Operation = { readonly succeeded: boolean; readonly message?: string; readonly output: string };

/** Pulumi on one stack; one operation at a time. */
export type Engine = {
  /** Shows what an `up` would change; changes nothing and tells of no event. */
  readonly preview: (values: Values) => Promise<Operation>;
  readonly up: (values: Values) => Promise<Operation>;
  readonly destroy: (values: Values) => Promise<Operation>;
  /** Asks a running operation to end in its own good time. */
  readonly interrupt: () => void;
};

/** Where Pulumi is, what it works on and who hears of its events. */
export type EngineOptions = {
  readonly pulumi: string;
  readonly project: string;
  readonly stack: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, "sleep">;
  readonly onEvent: (event: EngineEvent) => void;
};

const READ_LOG_EVERY_MS = 50;
const COMMON = ["--non-interactive", "--color", "never", "--suppress-progress"];

/**
 * Runs Pulumi as its own Automation API does: the command with an event log. That API itself also selects the stack for the
 * user's shell, and after every `up` runs three more commands for outputs and history, in the middle of what is measured.
 */
export function pulumiEngine({ pulumi, project, stack, env, clock, onEvent }: EngineOptions): Engine {
  let running: { kill(signal: "SIGINT"): unknown } | undefined;

  const run = (args: readonly string[], values: Values, tell = onEvent): Promise<Operation> =>
    withStackFile({ project, stack, values }, async ({ folder, args: config }) => {
      const log = join(folder, "events.json");
      await writeFile(log, "");
      const child = execa(pulumi, [...args, "--stack", stack, ...COMMON, "--event-log", log, ...config], {
        cwd: project,
        // The event log is an option of the debugging ones.
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
          if (event) tell(event);
        });
        const { exitCode, all } = await child;
        running = undefined;
        ended.abort();
        await reading;
        if (exitCode === 0) return { succeeded: true, output: all };
        return { succeeded: false, message: troubles.join("\n") || lastLines(all), output: all };
      } finally {
        running = undefined;
      }
    });

  return {
    // The refresh before both uses docker's address of today, not the one in the state. A destroy goes by the state alone.
    preview: (values) => run(["preview", "--diff", "--run-program"], values, () => {}),
    up: (values) => run(["up", "--yes", "--skip-preview", "--run-program"], values),
    destroy: (values) => run(["destroy", "--yes", "--skip-preview"], values),
    interrupt: () => void running?.kill("SIGINT"),
  };
}

/** Hands over a growing file's lines until the signal is aborted, then those that are left. */
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
      // Decided before reading: what was written before the end is then read for certain.
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

/** What does not change anything: looking at a resource, finding it as it should be. */
const IDLE_OPERATIONS = new Set(["refresh", "same", "read"]);

const SHOWN_SEVERITIES = new Set(["warning", "error", "info#err"]);

/** One line of Pulumi's event log as a happening, if it tells of a change or a trouble; what is torn tells of nothing. */
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

function operation(kind: EngineEvent["kind"], { op, urn }: { op: string; urn: string }): EngineEvent | undefined {
  return IDLE_OPERATIONS.has(op) ? undefined : { type: "engine", kind, operation: op, resource: shortName(urn) };
}

/** `kubernetes:apps/v1:Deployment::online-inference` of the long name, without the stack and the parents. */
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
