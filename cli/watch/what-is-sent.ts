import { readFile } from "node:fs/promises";
import { UserError } from "../../common/user-error.ts";
import type { Exchange } from "../../observer/load/exchange.ts";
import { parseAnsweredBy } from "../../observer/request/answered-by.ts";
import { parseExpectation } from "../../observer/request/expectation.ts";
import { parseRequestSpec, type RequestSpec } from "../../observer/request/request-spec.ts";
import { resolveRequest } from "../../observer/request/resolve-request.ts";
import { type ToldRequest, toldRequest } from "../../observer/request/told-request.ts";
import { WATCHED_STEPS } from "../../observer/run/watched-change.ts";
import { type DeclaredWorkload, defaultHypotheses, promisesOf } from "../../observer/verdicts/default-hypotheses.ts";
import type { Hypothesis } from "../../observer/verdicts/hypotheses/index.ts";
import { besideDefaults, type OwnHypotheses, parseHypotheses } from "../../observer/verdicts/hypotheses-file.ts";
import type { WatchRequest } from "./watch-request.ts";

/** What a watch sends and how it judges answers. */
export interface WhatIsSent {
  /** May hold secrets: it is never recorded. */
  readonly exchange: Exchange;
  /** Path and query that take the place of the address's own; may be secret. */
  readonly path?: string;
  /** What may be recorded of it. */
  readonly told: ToldRequest;
  readonly namesPods: boolean;
}

/**
 * Reads the request's file, and what is expected of answers.
 * @throws {UserError} for the first fault in the file, in --expect or in --answered-by.
 */
export async function whatIsSent(
  { request: file, expect, answeredBy }: Pick<WatchRequest, "request" | "expect" | "answeredBy">,
  env: Readonly<Record<string, string | undefined>>,
): Promise<WhatIsSent> {
  const spec: RequestSpec = file === undefined ? {} : parseRequestSpec(await read(file, "--request"), file);
  const request = await resolveRequest(spec, { file: file ?? ".", env, readFile: (path) => readFile(path) });
  const expectations = [...(spec.expect ?? []), ...expect].map(parseExpectation);
  const where = answeredBy ?? spec.answeredBy;
  const naming = where === undefined ? undefined : parseAnsweredBy(where);
  return {
    exchange: { request, answers: { expect: expectations, ...(naming && { answeredBy: naming }) } },
    ...(spec.path !== undefined && { path: spec.path }),
    told: toldRequest(request, expectations, naming),
    namesPods: naming !== undefined,
  };
}

/**
 * Reads the user's own hypotheses; undefined where there is no file of them.
 * @throws {UserError} for the first fault in it.
 */
export async function ownHypotheses(file: string | undefined): Promise<OwnHypotheses | undefined> {
  if (file === undefined) return undefined;
  const steps = WATCHED_STEPS.map(({ id }) => id);
  return parseHypotheses(await read(file, "--hypotheses"), file, steps);
}

/**
 * The hypotheses of a watch: what workloads themselves promise, and the user's own.
 * @throws {UserError} for an own one that leaves a number of pods to the workloads, where one of them promises none.
 */
export function hypothesesOf(
  own: OwnHypotheses | undefined,
  workloads: readonly DeclaredWorkload[],
  namesPods: boolean,
): readonly Hypothesis[] {
  refuseWithoutPromise(own?.hypotheses ?? [], workloads);
  const defaults = defaultHypotheses({ workloads, change: "change", after: "after", namesPods });
  return own ? besideDefaults(own, defaults) : defaults;
}

function refuseWithoutPromise(own: readonly Hypothesis[], workloads: readonly DeclaredWorkload[]): void {
  const { leastReady, mostPods } = promisesOf(workloads);
  for (const hypothesis of own) {
    if (hypothesis.kind !== "ready-at-least" && hypothesis.kind !== "pods-at-most") continue;
    const { without } = hypothesis.kind === "ready-at-least" ? leastReady : mostPods;
    if (hypothesis.pods !== undefined || !without) continue;
    const { kind, object } = without;
    throw new UserError(
      `--hypotheses: got ${hypothesis.id} without pods, but ${kind} ${object.metadata?.name ?? ""} promises no number of them; ` +
        "allowed: a number of pods, counted over all watched workloads. Write pods: NUMBER into it",
    );
  }
}

async function read(file: string, flag: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const { code = "an error" } = cause as NodeJS.ErrnoException;
    throw new UserError(`${flag}: got ${JSON.stringify(file)}, which cannot be read (${code}); allowed: a file`, {
      cause,
    });
  }
}
