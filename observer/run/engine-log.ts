import type { EngineEvent as LoggedEvent } from "@pulumi/pulumi/automation/index.js";
import type { EngineEvent } from "../events.ts";

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
