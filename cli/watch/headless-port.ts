import type { V1PodSpec, V1Service, V1ServicePort } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { nameOf } from "../../kubernetes/pods.ts";

/** What a headless Service leads to: templates of the pods behind it, in this namespace. */
export type Behind = { readonly templates: readonly V1PodSpec[]; readonly namespace: string };

/**
 * The port on which the pods behind a headless Service answer. The Service's name stands for their own addresses, so nothing
 * translates the Service's port into theirs.
 *
 * Example: port 80 with targetPort `web`, which is a container's port 8080 by its name, gives 8080.
 *
 * @throws {UserError} where the port has a name that no container bears, or that means several ports.
 */
export function headlessPort(
  service: V1Service,
  { port, targetPort = port }: Pick<V1ServicePort, "port" | "targetPort">,
  { templates, namespace }: Behind,
): number {
  if (typeof targetPort === "number") return targetPort;
  const numbers = [...new Set(templates.flatMap((spec) => portsNamed(spec, targetPort)))];
  const [only] = numbers;
  if (only !== undefined && numbers.length === 1) return only;
  const why =
    only === undefined
      ? "no container of the watched pods has it"
      : `the watched pods have it as ${numbers.join(" and ")}`;
  throw new UserError(
    `url: the Service ${nameOf(service)} is headless, so load asks the pods' own port "${targetPort}", and ${why}. ` +
      `Name the address: --load-from cluster --url http://${nameOf(service)}.${namespace}.svc:PORT/`,
  );
}

/** Ports of a name; of init containers those that go on beside the others (sidecars). */
function portsNamed({ containers, initContainers = [] }: V1PodSpec, name: string): readonly number[] {
  const running = [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === "Always")];
  return running.flatMap(({ ports = [] }) =>
    ports.filter((one) => one.name === name).map(({ containerPort }) => containerPort),
  );
}
