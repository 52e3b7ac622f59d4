import type { V1Pod } from "@kubernetes/client-node";
import { byRelease, isActive, isReady } from "../../kubernetes/pods.ts";
import type { Values } from "../../observer/run/stack-file.ts";
import type { LabConfig } from "../../stacks/program/config.ts";

/** An `up` that changed something in the cluster and failed. */
export type FailedUp = {
  readonly config: Pick<LabConfig, "stack" | "release" | "settings">;
  /** The values that were given for this run. */
  readonly given: Values;
  /** The stack's pods before it and after it. */
  readonly before: readonly V1Pod[];
  readonly after: readonly V1Pod[];
};

/**
 * What users have now and how to go back, for example: "6 pods of v3-broken do not get ready. Users keep v2: 4 pods of it are
 * ready. The way back: bin/lab up rolling -c release=v2; by plain Pulumi: pulumi up --yes --stack rolling -c release=v2".
 */
export function afterFailure(failed: FailedUp): string {
  const { after, before } = failed;
  const unready = byRelease(after.filter((pod) => isActive(pod) && !isReady(pod)));
  const ready = byRelease(after.filter((pod) => isActive(pod) && isReady(pod)));
  const broken = Object.keys(unready).filter((release) => ready[release] === undefined);
  const kept = mostPods(ready);
  const good = kept ?? mostPods(byRelease(before.filter(isReady)));
  return [
    ...Object.entries(unready).map(
      ([release, number]) => `${pods(number)} of ${release} ${number === 1 ? "does" : "do"} not get ready.`,
    ),
    kept === undefined
      ? "Users have nobody: no pod is ready."
      : `Users keep ${Object.keys(ready).join(" and ")}: ${pods(sum(ready))} ${sum(ready) === 1 ? "is" : "are"} ready.`,
    wayBack(failed, broken, good),
  ].join(" ");
}

/** The commands by which the settings that asked for a broken release ask for a good one again. */
function wayBack({ config, given }: FailedUp, broken: readonly string[], good: string | undefined): string {
  const asking = Object.entries({ release: config.release, ...config.settings }).flatMap(([key, value]) =>
    broken.includes(String(value)) ? [key] : [],
  );
  if (good === undefined || asking.length === 0) {
    return "The way back: the same command with the settings that it had before.";
  }
  const mended = Object.fromEntries(asking.map((key) => [key, good]));
  const lab = `bin/lab up ${config.stack} ${flags({ ...given, ...mended })}`;
  return `The way back: ${lab} (by plain Pulumi: pulumi up --yes --stack ${config.stack} ${flags(mended)}).`;
}

const flags = (values: Values): string =>
  Object.entries(values)
    .map(([key, value]) => `-c ${key}=${value}`)
    .join(" ");

type Counts = Readonly<Record<string, number>>;

const mostPods = (counts: Counts): string | undefined =>
  Object.entries(counts).sort(([, one], [, other]) => other - one)[0]?.[0];

const sum = (counts: Counts): number => Object.values(counts).reduce((total, number) => total + number, 0);
const pods = (number: number): string => `${number} ${number === 1 ? "pod" : "pods"}`;
