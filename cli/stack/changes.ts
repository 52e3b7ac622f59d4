import type { EngineEvent } from "../../observer/events.ts";

/** Types that are none of the user's objects: what Pulumi itself works with, and the component around all resources. */
const INNER_TYPES = /^(pulumi:|online-inference:)/;

/** By how much an operation says of what happened to a resource: a replacement consists of several. */
const VERBS = [
  { verb: "failed", is: ({ kind }: EngineEvent) => kind === "failed" },
  { verb: "replaced", is: ({ operation }: EngineEvent) => operation?.includes("replace") === true },
  { verb: "created", is: ({ operation }: EngineEvent) => operation === "create" },
  { verb: "updated", is: ({ operation }: EngineEvent) => operation === "update" },
  { verb: "deleted", is: ({ operation }: EngineEvent) => operation === "delete" },
];

/** What an operation of Pulumi did to the resources, in one line each: `replaced  Pod pod`. */
export function changeLines(events: readonly EngineEvent[]): readonly string[] {
  const byResource = new Map<string, EngineEvent[]>();
  for (const event of events) {
    const { kind, resource } = event;
    if ((kind !== "done" && kind !== "failed") || resource === undefined || INNER_TYPES.test(resource)) continue;
    byResource.set(resource, [...(byResource.get(resource) ?? []), event]);
  }
  return [...byResource].flatMap(([resource, done]) => {
    const verb = VERBS.find(({ is }) => done.some(is))?.verb;
    return verb === undefined ? [] : [`${verb.padEnd(8)}  ${plainName(resource)}`];
  });
}

/** `kubernetes:apps/v1:Deployment::deployment` is `Deployment deployment`. */
function plainName(resource: string): string {
  const [type = "", name = ""] = resource.split("::");
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name}`;
}

/** Pulumi's word for the state in which it found a resource before it did anything: an `up` that succeeds has mended it. */
const FOUND_BEFORE = "Refreshed resource is in an unhealthy state";

/** Warnings that still hold after an `up` that succeeded. */
export const warningsOf = (events: readonly EngineEvent[]): readonly string[] => [
  ...new Set(
    events.flatMap(({ kind, severity, message = "" }) =>
      kind === "diagnostic" && severity === "warning" && !message.startsWith(FOUND_BEFORE) ? [message] : [],
    ),
  ),
];
