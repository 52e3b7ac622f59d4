import type { V1Service } from "@kubernetes/client-node";
import type { Live } from "../../kubernetes/live.ts";
import { isWorkload, type Manifest, type WorkloadManifest } from "../../kubernetes/manifest.ts";
import { planRollouts, type RolloutPlan } from "../../plan/plan.ts";
import type { ServicePlan } from "../../plan/service-plan.ts";
import { type Order, planServices } from "../../plan/services.ts";
import type { Release } from "../../service/releases.ts";
import { type Builder, findBuilder } from "../images/builder.ts";
import { folderDigest } from "../images/folder-digest.ts";
import { type ImagePlan, planImage } from "../images/image.ts";
import { requireLogin } from "../images/login.ts";
import { contextServers, readLive } from "../live/read.ts";
import { nodePortUrl } from "../live/service-url.ts";
import { namespace } from "../objects/around-pods.ts";
import type { Context, Declaration, ObjectDeclaration, Pull } from "../objects/declaration.ts";
import { PULL_SECRET, pullSecret } from "../objects/pull-secret.ts";
import { conflictError } from "../settings/parse.ts";
import { type ConfigSource, type LabConfig, resolveConfig, withNextStep } from "./config.ts";
import { refuseMove } from "./move.ts";
import { CLUSTER_KEYS, ofCluster, refuse } from "./refuse.ts";
import { requireCapacity } from "./require-capacity.ts";
import { STACK_CONTEXT } from "./stack-context.ts";

/** All decisions before the first resource is registered; every mistake that a user can make has been found by then. */
export type Prepared = {
  readonly config: LabConfig;
  readonly builder: Builder;
  readonly images: ReadonlyMap<Release, ImagePlan>;
  readonly declarations: readonly Declaration[];
  readonly workloads: readonly WorkloadManifest[];
  /** What will happen to each workload's pods. */
  readonly plans: readonly RolloutPlan[];
  /** What each Service's users meet, whatever happens to single workloads. */
  readonly services: readonly ServicePlan[];
  /** Where the stack's NodePort should answer on this machine; undefined where that cannot be known. */
  readonly baseUrl: string | undefined;
};

/**
 * Reads config and cluster, and decides images, objects and plans. `upIn` is the kubeconfig context in which the stack is up, if
 * the caller knows it.
 * @throws {UserError} for the first mistake that it finds.
 */
export async function prepare(source: ConfigSource, upIn?: string | Promise<string | undefined>): Promise<Prepared> {
  const config = resolveConfig(source);
  // Cluster and daemon are asked at the same time. If both fail, the daemon's error is shown: it is awaited first.
  const reading = readLive(config.context, config.namespace, config.stack);
  const nodes = reading.then((live) => live.nodes);
  const finding = nodePortUrl(config, nodes);
  for (const asked of [reading, nodes, finding]) asked.catch(() => undefined);
  const builder = await ofCluster(source, findBuilder(config));
  const [images, live] = await Promise.all([
    planImages(config, builder).catch((error: unknown) => {
      throw withNextStep(source, error);
    }),
    ofCluster(source, reading),
  ]);
  const declarations = await withChartDigests(declare(config, images));
  const workloads = workloadsOf(declarations);
  const plans = planRollouts(workloads, live, STACK_CONTEXT);
  const services = planServices(servicesOf(declarations), live, plans, orderOf(declarations), STACK_CONTEXT);
  const state = await upIn;
  // Only a move asks about them, and a kubeconfig takes some 10 ms to read.
  const servers = state === undefined || state === config.context ? new Map<string, string>() : await contextServers();
  refuse(source, config, CLUSTER_KEYS, (wanted) => refuseMove(wanted, state, servers));
  if (config.registry) await requireLogin(config.registry, { ...builder, stack: config.stack });
  refuseConflict(source, config, images, live);
  refuse(source, config, Object.keys(config.settings), (wanted) => {
    const asked = workloadsOf(declare(wanted, images));
    requireCapacity(planRollouts(asked, live, STACK_CONTEXT), asked, live);
  });
  return { config, builder, images, declarations, workloads, plans, services, baseUrl: await finding };
}

/** Releases that the stack's pods may run under its config, each once. */
const releasesOf = ({ experiment, settings, release }: LabConfig): readonly Release[] => [
  ...new Set(experiment.releases?.(settings, release) ?? [release]),
];

async function planImages(config: LabConfig, builder: Builder): Promise<ReadonlyMap<Release, ImagePlan>> {
  const plans = releasesOf(config).map(async (release) => {
    return [release, await planImage({ ...config, release, builder })] as const;
  });
  return new Map(await Promise.all(plans));
}

function contextOf(config: LabConfig, images: ReadonlyMap<Release, ImagePlan>): Context<Record<string, unknown>> {
  return {
    ...config,
    experiment: config.experimentName,
    pull: pullOf(config),
    image: (release) => {
      const plan = images.get(release);
      if (!plan)
        throw new Error(`experiment ${config.experimentName} runs ${release} without naming it among its releases`);
      return plan.service.name;
    },
  };
}

function pullOf({ registry }: LabConfig): Pull {
  if (!registry) return { policy: "Never" };
  return { policy: "Always", ...(registry.credentials && { secret: PULL_SECRET }) };
}

/** The stack's declarations under a config, the namespace first. */
export function declare(config: LabConfig, images: ReadonlyMap<Release, ImagePlan>): readonly Declaration[] {
  const context = contextOf(config, images);
  const secrets = config.registry?.credentials ? [pullSecret(context)] : [];
  return [namespace(context), ...secrets, ...config.experiment.resources(context)];
}

/**
 * The objects that a stack declares, with the images that its program would build; those of charts are left out. No cluster is asked
 * but for minikube's docker, whose architecture images are named by.
 * @throws {UserError} if no docker that builds images is found.
 */
export async function declaredManifests(config: LabConfig): Promise<readonly Manifest[]> {
  const images = await planImages(config, await findBuilder(config));
  return declare(config, images).flatMap((declaration) => ("manifest" in declaration ? declaration.manifest : []));
}

/** Pulumi compares a chart's values, not its templates. A digest of the chart among the values makes an edited template a change. */
const withChartDigests = (declarations: readonly Declaration[]): Promise<readonly Declaration[]> =>
  Promise.all(
    declarations.map(async (declaration) => {
      if (!("chart" in declaration)) return declaration;
      const { chart } = declaration;
      const chartDigest = await folderDigest(chart.path);
      return { ...declaration, chart: { ...chart, values: { ...chart.values, chartDigest } } };
    }),
  );

/** The workloads among the declarations, those of charts included. */
export const workloadsOf = (declarations: readonly Declaration[]): readonly WorkloadManifest[] =>
  declarations.flatMap((declaration) => {
    if ("chart" in declaration) return declaration.workloads;
    return isWorkload(declaration.manifest) ? [declaration.manifest] : [];
  });

/** The Services among the declarations, those of charts included. */
export const servicesOf = (declarations: readonly Declaration[]): readonly V1Service[] =>
  declarations.flatMap((declaration) => {
    if ("chart" in declaration) return declaration.services;
    return declaration.manifest.kind === "Service" ? [declaration.manifest] : [];
  });

/**
 * What is certain about the order in which Pulumi applies declarations: it waits for each workload, removes what is not wanted
 * last, and changes an object after those in its `after`.
 */
export function orderOf(declarations: readonly Declaration[]): Order {
  const objects = declarations.filter((declaration) => "manifest" in declaration);
  const workloads = objects.filter(({ manifest }) => isWorkload(manifest));
  const named = (chosen: readonly ObjectDeclaration[]) =>
    chosen.map(({ manifest }) => `${manifest.kind}/${manifest.metadata.name}`);
  const isAfter = (one: ObjectDeclaration, other: ObjectDeclaration): boolean =>
    objects.some((next) => one.after?.includes(next.name) && (next === other || isAfter(next, other)));
  const around = objects
    .filter(({ manifest }) => manifest.kind === "Service")
    .map((service) => {
      const first = named(workloads.filter((workload) => isAfter(service, workload)));
      const later = named(workloads.filter((workload) => isAfter(workload, service)));
      return [service.manifest.metadata.name, { first, later }] as const;
    })
    .filter(([, { first, later }]) => first.length + later.length > 0);
  return { waits: true, around: Object.fromEntries(around) };
}

function refuseConflict(
  source: ConfigSource,
  config: LabConfig,
  images: ReadonlyMap<Release, ImagePlan>,
  live: Live,
): void {
  const conflict = config.experiment.conflictWithLive?.(contextOf(config, images), live);
  if (conflict) throw withNextStep(source, conflictError(conflict));
}
