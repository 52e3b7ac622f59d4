import type { V1Node } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import type { Live } from "../../kubernetes/live.ts";
import { quantity } from "../../kubernetes/quantity.ts";
import type { AnyObject } from "../objects/object-schema.ts";
import { type ReadEffects, readObjects } from "../objects/read-objects.ts";
import { allReady, NOTHING_RUNS } from "../objects/running.ts";
import { withSetValues } from "../objects/set-values.ts";
import { writeOut } from "../objects/write-out.ts";
import { type NamespacePlan, planObjects } from "../plans/plan-objects.ts";
import { planReport, reportJson, reportMarkdown, reportText } from "../plans/plan-report.ts";
import { readTiming } from "../plans/timing-file.ts";
import type { PlanRequest } from "./object-arguments.ts";

/** Plans a change of anybody's objects, and prints it; the exit code. */
export async function plan(request: PlanRequest, effects?: ReadEffects): Promise<number> {
  const report = planReport(await planned(request, effects), request["applied-by"]);
  if (request.svg !== undefined) {
    const { courseSvg } = await import("../plans/course-svg.ts");
    await writeOut(request.svg, courseSvg(report));
  }
  console.log(request.json ? reportJson(report) : request.markdown ? reportMarkdown(report) : reportText(report));
  return report.isBad ? 1 : 0;
}

/** Plans each namespace by itself: names of workloads are unique in one. */
async function planned(request: PlanRequest, effects: ReadEffects | undefined): Promise<readonly NamespacePlan[]> {
  const { running, set } = request;
  const given = (await readObjects(request.file, effects)).map(({ object }) => object);
  const wanted = set === undefined ? given : withSetValues(given, set);
  const timing = request.timing === undefined ? undefined : await readTiming(request.timing);
  const cluster =
    running.kind === "live" ? await (await import("../objects/read-live.ts")).openLive(request.context) : undefined;
  const old = running.kind === "file" ? (await readObjects(running.file, effects)).map(({ object }) => object) : given;
  const namespace = request.namespace ?? cluster?.namespace ?? "default";
  const inNamespace = (objects: readonly AnyObject[], of: string) =>
    objects.filter(({ metadata }) => (metadata.namespace ?? namespace) === of);
  const removes = running.kind === "file" && request["applied-by"] !== "kubectl";
  const namespaces = new Set(
    [...wanted, ...(removes ? old : [])].map(({ metadata }) => metadata.namespace ?? namespace),
  );
  const plans: NamespacePlan[] = [];
  for (const of of namespaces) {
    const read = await cluster?.read(of);
    const before = inNamespace(old, of);
    const live = read?.live ?? (running.kind === "nothing" ? NOTHING_RUNS : allReady(before));
    plans.push(
      planObjects({
        namespace: of,
        wanted: withLimits(inNamespace(wanted, of), read?.limits ?? []),
        live: withNodes(live, request),
        ...(!read && { before }),
        hasRealPods: cluster !== undefined,
        appliedBy: request["applied-by"],
        removes,
        ...(timing && { timing }),
      }),
    );
  }
  return plans;
}

/** The wanted objects, and those of the cluster that limit them and are not wanted otherwise. */
const withLimits = (wanted: readonly AnyObject[], limits: readonly AnyObject[]): readonly AnyObject[] => [
  ...wanted,
  ...limits.filter(
    ({ kind, metadata }) => !wanted.some((one) => one.kind === kind && one.metadata.name === metadata.name),
  ),
];

/** What runs, on nodes of the given size if one was given. */
function withNodes(live: Live, request: PlanRequest): Live {
  const { "node-cpu": cpu, "node-memory": memory, "node-pods": pods } = request;
  if (cpu === undefined && memory === undefined && pods === undefined) return live;
  const allocatable = {
    cpu: cpu === undefined ? UNLIMITED : requireQuantity("--node-cpu", cpu),
    memory: memory === undefined ? UNLIMITED : requireQuantity("--node-memory", memory),
    ...(pods !== undefined && { pods: String(pods) }),
  };
  const node: V1Node = { status: { allocatable } };
  return { ...live, nodes: [node] };
}

/** More than any cluster has. */
const UNLIMITED = "1E";

function requireQuantity(flag: string, text: string): string {
  try {
    if (quantity(text) > 0) return text;
  } catch {
    // The error below says what is allowed.
  }
  throw new UserError(`${flag}: got ${JSON.stringify(text)}, allowed: a quantity above 0, such as 4, 3500m or 16Gi.`);
}
