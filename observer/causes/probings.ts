import type { Event, Recording } from "../events.ts";

type KubernetesEvent = Extract<Event, { type: "kubernetes-event" }>;

/** A probe of the kubelet that failed, or what the kubelet did for it. */
export type Probing = {
  readonly pod: string;
  readonly atMs: number;
  readonly eventId: number;
  /** `silent`: no answer in time. `refused`: nobody listened. `killed`: the liveness probe had failed often enough. */
  readonly what: "silent" | "refused" | "other" | "killed";
  readonly probe: "liveness" | "readiness" | "startup" | "unknown";
};

/** What Kubernetes' events tell of probes: `Unhealthy` and `Killing`, in their order. */
export const probings = ({ events }: Recording): Probing[] =>
  events.flatMap((event) => {
    if (event.type !== "kubernetes-event") return [];
    const [kind, pod = ""] = event.about.split("/");
    const what = kind === "Pod" ? whatOf(event) : undefined;
    if (what === undefined) return [];
    return [{ pod, atMs: event.atMs, eventId: event.id, what, probe: probeOf(event.message) }];
  });

function whatOf({ reason, message }: KubernetesEvent): Probing["what"] | undefined {
  if (reason === "Killing") return /failed (liveness|startup) probe/.test(message) ? "killed" : undefined;
  if (reason !== "Unhealthy") return undefined;
  if (/deadline exceeded|Client\.Timeout|timed? ?out/i.test(message)) return "silent";
  return /connection refused/.test(message) ? "refused" : "other";
}

function probeOf(message: string): Probing["probe"] {
  const word = /^(?:.*\bfailed )?(liveness|readiness|startup)\b/i.exec(message)?.[1]?.toLowerCase();
  return word === "liveness" || word === "readiness" || word === "startup" ? word : "unknown";
}
