import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { VERSION_LABEL } from "../../kubernetes/labels.ts";
import type { Live } from "../../kubernetes/live.ts";
import { byRelease, isActive, isReady, releaseOf, serviceSelects } from "../../kubernetes/pods.ts";
import type { Values } from "../../observer/run/stack-file.ts";
import { pods } from "../../plan/phrases.ts";
import { givenUp } from "../../stacks/objects/deployment.ts";
import type { LabConfig } from "../../stacks/program/config.ts";
import { askingInstead, typedConfig, upCommand } from "../../stacks/program/way-back.ts";
import { rateLimitAdvice } from "./rate-limit.ts";

/** What runs of a stack. */
type Running = Pick<Live, "pods" | "services">;

/** An `up` that changed something in the cluster and failed. */
export type FailedUp = {
  readonly config: Pick<LabConfig, "stack" | "release" | "settings"> & Partial<Pick<LabConfig, "baseImage">>;
  /** The values that were given for this run. */
  readonly given: Values;
  /** What ran before it and what runs after it; undefined where the cluster did not answer. */
  readonly before: Running | undefined;
  readonly after: Running | undefined;
};

const UNKNOWN_WAY_BACK = "The way back: the same command with the settings that it had before.";

/**
 * What is shown of an `up` that failed: what Pulumi said, then what it means for users and what to do, where eyes are. Where it
 * failed before it reached the cluster there is no meaning, and what Pulumi said is a refusal that says what to do.
 */
export function failureText(
  { stack, settings, baseImage = "" }: FailedUp["config"],
  said: string,
  meaning: string | undefined,
): string {
  const lines = said.split("\n").map((line) => line.trim());
  const verbose = "All of Pulumi's output: the same command with --verbose.";
  const limited = rateLimitAdvice(stack, said, baseImage);
  const advice = limited === undefined ? [] : [limited];
  if (meaning === undefined) return [...lines, ...advice, verbose].join("\n");
  const { progressDeadlineSeconds: deadline } = settings;
  const isLate = said.includes("ProgressDeadlineExceeded") && typeof deadline === "number";
  return [
    `pulumi up of stack ${stack} failed. What Pulumi says:`,
    ...lines.map((line) => `  ${line}`),
    ...(isLate ? [`${givenUp(deadline)}.`] : []),
    ...advice,
    meaning,
    verbose,
  ].join("\n");
}

/**
 * What users have now and how to go back, for example: "6 pods of v3-broken do not get ready. Users keep v2: 4 pods are ready.
 * The way back: bin/lab up rolling -c release=v2 (by plain Pulumi: pulumi up --yes --stack rolling -c release=v2).".
 */
export function afterFailure({ config, given, before, after }: FailedUp): string {
  if (!after) return `The cluster does not answer, so what users have is not known. ${UNKNOWN_WAY_BACK}`;
  const active = after.pods.filter(isActive);
  const ready = active.filter(isReady);
  const unready = active.filter((pod) => !isReady(pod));
  const broken = unready.filter((pod) => !ready.some((other) => releaseOf(other) === releaseOf(pod)));
  const good = nearestRelease(ready.length > 0 ? ready : (before?.pods ?? []).filter(isReady), broken);
  return [
    ...Object.entries(byRelease(unready)).map(
      ([release, number]) => `${pods(number)} of ${release} ${number === 1 ? "does" : "do"} not get ready.`,
    ),
    usersText(ready, after.services),
    before?.pods.length === 0
      ? `It was not up before. To end it: bin/lab down ${config.stack}.`
      : wayBack({ config, given }, Object.keys(byRelease(broken)), good),
  ].join(" ");
}

/** What users have of the ready pods: those to which a Service leads. */
function usersText(ready: readonly V1Pod[], services: readonly V1Service[]): string {
  const serving = ready.filter(({ metadata }) => services.some((one) => serviceSelects(one, metadata?.labels)));
  if (serving.length > 0) {
    const releases = Object.keys(byRelease(serving)).join(" and ");
    return `Users keep ${releases}: ${pods(serving.length)} ${serving.length === 1 ? "is" : "are"} ready.`;
  }
  return ready.length === 0
    ? "Users have nobody: no pod is ready."
    : "Users have nobody: no Service leads to a pod that is ready.";
}

/** Labels that pods of two releases never share. */
const OF_RELEASES = [VERSION_LABEL, "pod-template-hash"];

/**
 * The release among some pods to go back to: that of the pods which share the most labels with broken ones, since these took their
 * place; among equals that of the most pods. Example: green v3 is broken, blue v1 and green v2 are ready. It is v2.
 */
function nearestRelease(candidates: readonly V1Pod[], broken: readonly V1Pod[]): string | undefined {
  const releases = [...Map.groupBy(candidates, releaseOf)].map(([release, alike]) => {
    const shared = alike.flatMap((pod) => broken.map((one) => sharedLabels(pod, one)));
    return { release, number: alike.length, shared: Math.max(0, ...shared) };
  });
  return releases.sort((one, other) => other.shared - one.shared || other.number - one.number)[0]?.release;
}

const sharedLabels = (one: V1Pod, other: V1Pod): number =>
  Object.entries(one.metadata?.labels ?? {}).filter(
    ([key, value]) => !OF_RELEASES.includes(key) && other.metadata?.labels?.[key] === value,
  ).length;

/** The commands by which the settings that asked for a broken release ask for a good one again. */
function wayBack(
  { config, given }: Pick<FailedUp, "config" | "given">,
  broken: readonly string[],
  good: string | undefined,
): string {
  const mended = good === undefined ? undefined : askingInstead(config, broken, good);
  if (!mended) return UNKNOWN_WAY_BACK;
  const lab = `bin/lab up ${config.stack} ${typedConfig({ ...given, ...mended })}`;
  return `The way back: ${lab} (by plain Pulumi: ${upCommand(config.stack, mended)}).`;
}
