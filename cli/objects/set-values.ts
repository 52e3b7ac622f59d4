import { didYouMean } from "../../common/did-you-mean.ts";
import { UserError } from "../../common/user-error.ts";
import { isHook } from "../../kubernetes/helm-hooks.ts";
import type { WorkloadManifest } from "../../kubernetes/manifest.ts";
import { type AnyObject, isPlanned } from "./object-schema.ts";

/** A change that `--set` asks for: `replicas=8`, `image=nginx:1.27`, or `image.sidecar=envoy:1.31` where pods have several containers. */
type Change =
  | { readonly key: "replicas"; readonly replicas: number }
  | { readonly key: "image"; readonly container?: string; readonly image: string };

const ALLOWED = "replicas=NUMBER, image=REFERENCE or image.CONTAINER=REFERENCE, several of them joined by commas";

/**
 * Makes the objects that `--set` asks for of those that run. The only workload among them that is no Helm hook is changed.
 * @throws {UserError} if the text is none of these, there is more or less than one workload, or it has no such container.
 */
export function withSetValues(objects: readonly AnyObject[], text: string): readonly AnyObject[] {
  const changes = text.split(",").map(parse);
  const workloads = objects.filter(isPlanned).filter((object) => !isHook(object));
  const [workload, ...more] = workloads;
  if (!workload || more.length > 0) {
    const names = workloads.map(({ kind, metadata }) => `${kind}/${metadata.name}`).join(", ") || "none";
    throw new UserError(
      `--set: got ${workloads.length} workloads (${names}), allowed: exactly one, which it changes. Give a file with that one, ` +
        `or change the file itself and give what runs by --from.`,
    );
  }
  const changed = changes.reduce<AnyObject & WorkloadManifest>(apply, workload);
  return objects.map((object) => (object === workload ? changed : object));
}

function parse(part: string): Change {
  const at = part.indexOf("=");
  const [key, value] = [part.slice(0, Math.max(0, at)), part.slice(at + 1)];
  if (key === "replicas" && /^\d+$/.test(value)) return { key, replicas: Number(value) };
  const [, container] = /^image(?:\.(.+))?$/.exec(key) ?? [];
  if (/^image(\.|$)/.test(key) && value !== "") return { key: "image", image: value, ...(container && { container }) };
  throw new UserError(`--set: got ${JSON.stringify(part)}, allowed: ${ALLOWED}.`);
}

function apply(workload: AnyObject & WorkloadManifest, change: Change): AnyObject & WorkloadManifest {
  if (change.key === "image") return withImage(workload, change);
  if (workload.kind === "Pod") {
    throw new UserError(
      `--set: got replicas of Pod/${workload.metadata.name}, which is one pod, allowed: image=REFERENCE.`,
    );
  }
  if (workload.kind === "Deployment" && workload.spec)
    return { ...workload, spec: { ...workload.spec, replicas: change.replicas } };
  if (workload.kind === "StatefulSet" && workload.spec)
    return { ...workload, spec: { ...workload.spec, replicas: change.replicas } };
  if (workload.kind === "ReplicaSet" && workload.spec)
    return { ...workload, spec: { ...workload.spec, replicas: change.replicas } };
  return workload;
}

function withImage(
  workload: AnyObject & WorkloadManifest,
  { container, image }: Extract<Change, { key: "image" }>,
): AnyObject & WorkloadManifest {
  const copy = structuredClone(workload);
  const spec = copy.kind === "Pod" ? copy.spec : copy.spec?.template?.spec;
  const containers = spec?.containers ?? [];
  const names = containers.map(({ name }) => name);
  const found =
    container === undefined && containers.length === 1
      ? containers[0]
      : containers.find(({ name }) => name === container);
  if (!found) {
    const got = container === undefined ? `image of ${containers.length} containers` : `image.${container}`;
    throw new UserError(
      `--set: got ${got}, allowed: ${names.map((name) => `image.${name}=REFERENCE`).join(", ")}.${didYouMean(container ?? "", names)}`,
    );
  }
  found.image = image;
  return copy;
}
