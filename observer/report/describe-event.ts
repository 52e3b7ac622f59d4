import type { Event } from "../events.ts";
import { sentencesOf } from "../verdicts/plans-of-steps.ts";
import { count, duration } from "../words.ts";

/** Describes an event in one line, for the report's list of cited events. */
export function describeEvent(event: Event): string {
  switch (event.type) {
    case "step-started":
      return `step ${event.step} begins: ${event.title}`;
    case "step-ended":
      return `step ${event.step} ${event.outcome} after ${duration(event.operationMs)}${event.message ? `: ${firstLine(event.message)}` : ""}`;
    case "plan":
      return `plan of step ${event.step}: ${sentencesOf(event).join(" ")}`;
    case "engine":
      return ["engine", event.kind, event.operation, event.resource, event.message && firstLine(event.message)]
        .filter(Boolean)
        .join(" ");
    case "load-started":
      return `load of ${event.ratePerSecond} requests/s begins`;
    case "load-ended":
      return `load ends after ${count(event.sent, "request")}`;
    case "request":
      return `request (${event.connection}) sent at ${(event.sentMs / 1000).toFixed(3)} s: ${answer(event)} after ${duration(event.latencyMs)}`;
    case "pod":
      return `pod ${event.name} (${event.release}) ${event.change}: ${podFacts(event)}`;
    case "owner":
      return `${event.kind} ${event.name} ${event.change}: ${event.readyReplicas} ready of ${event.wanted} wanted${event.troubles.length > 0 ? `, ${event.troubles.join(", ")}` : ""}`;
    case "endpoints":
      return `endpoints: ${event.ready.length} ready, ${event.notReady.length} not ready, ${event.terminating.length} terminating`;
    case "kubernetes-event":
      return `${event.reason} of ${event.about}: ${firstLine(event.message)}`;
    case "container":
      return `container of ${event.pod}: ${event.throttledPeriods ?? "?"} of ${event.cpuPeriods ?? "?"} CPU periods throttled, ${mebibytes(event.memoryBytes)} MiB`;
    case "gap":
      return `gap of ${event.source}, ${duration(event.untilMs - event.fromMs)}: ${event.why}`;
    case "clock":
      return `clock of ${event.peer} ${duration(event.offsetMs)} ahead, give or take ${duration(event.uncertaintyMs)}`;
    case "machine":
      return `machine: ${event.busyCores.toFixed(2)} of ${event.cores} cores busy${event.owners ? `, ${event.owners.others.toFixed(2)} by others` : ""}; timers late by ${duration(event.timersLateMs)}`;
    case "node":
      return `node ${event.node}: ${event.busyCores.toFixed(2)} of ${event.cores} cores busy, ${event.owners.others.toFixed(2)} by others`;
    case "observer":
      return `observer: ${event.cpuSeconds.toFixed(2)} s of CPU so far`;
  }
}

function answer({ status, error, release, pod, correct }: Extract<Event, { type: "request" }>): string {
  const by = pod === undefined ? "" : ` by ${pod} (${release ?? "unknown release"})`;
  return `${error ?? `status ${status ?? "none"}`}${by}${correct === false ? ", wrong" : ""}`;
}

function podFacts({ phase, ready, deletionAtMs, containers }: Extract<Event, { type: "pod" }>): string {
  const states = containers.map(({ state, reason, restartCount, last }) =>
    [
      state,
      reason && `(${reason})`,
      restartCount > 0 && `restarts ${restartCount}`,
      last && `ended before: ${last.reason ?? "?"} ${last.exitCode}`,
    ]
      .filter(Boolean)
      .join(" "),
  );
  return [phase, ready ? "Ready" : "not Ready", deletionAtMs !== undefined && "terminating", ...states]
    .filter(Boolean)
    .join(", ");
}

const firstLine = (text: string): string => {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
};

const mebibytes = (bytes: number | undefined): string => (bytes === undefined ? "?" : (bytes / 2 ** 20).toFixed(0));
