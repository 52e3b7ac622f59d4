import type { Transport } from "../../../observer/api-server.ts";

/** An API server that has the given objects by their paths, and lists them by the path of their kind; it allows no other path. */
export function kubeApi(objects: Readonly<Record<string, object>>, forbidden: readonly string[] = []) {
  const asked: string[] = [];
  const answer = (status: number, body: object) => ({ status, headers: new Headers(), text: JSON.stringify(body) });
  const request: Transport["request"] = async (method, path) => {
    asked.push(`${method} ${path}`);
    const [plain = ""] = path.split("?");
    if (forbidden.includes(plain)) return answer(403, { message: `${plain} is forbidden` });
    const one = objects[plain];
    if (one) return answer(200, one);
    const items = Object.entries(objects).flatMap(([at, object]) =>
      at.slice(0, at.lastIndexOf("/")) === plain ? [object] : [],
    );
    return items.length > 0 || /s$/.test(plain) ? answer(200, { items }) : answer(404, { message: "not found" });
  };
  const transport: Pick<Transport, "request"> = { request };
  return { transport, asked };
}

type Labels = Readonly<Record<string, string>>;
type Owner = { readonly apiVersion?: string; readonly kind: string; readonly name: string };

/** The objects of a namespace, each by its path; uids are `KIND/NAME`. */
export function namespaceOf(namespace: string) {
  const metadata = (kind: string, name: string, labels: Labels, owner?: Owner) => ({
    name,
    namespace,
    uid: `${kind}/${name}`,
    generation: 1,
    labels,
    ...(owner && {
      ownerReferences: [{ apiVersion: "apps/v1", ...owner, uid: `${owner.kind}/${owner.name}`, controller: true }],
    }),
  });
  const replicated = (group: string) => (kind: string, name: string, labels: Labels, owner?: Owner) => ({
    [`${group}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`]: {
      kind,
      metadata: metadata(kind, name, labels, owner),
      spec: { replicas: 2, template: { metadata: { labels }, spec: { containers: [{ name, image: "web:1" }] } } },
    },
  });
  return {
    workload: replicated("/apis/apps/v1"),
    pod: (name: string, labels: Labels, owner?: Owner, isReady = true) => ({
      [`/api/v1/namespaces/${namespace}/pods/${name}`]: {
        kind: "Pod",
        metadata: metadata("Pod", name, labels, owner),
        spec: { containers: [{ name, image: "web:1" }] },
        status: { phase: "Running", conditions: [{ type: "Ready", status: isReady ? "True" : "False" }] },
      },
    }),
    service: (name: string, selector: Labels | undefined, more: object = {}) => ({
      [`/api/v1/namespaces/${namespace}/services/${name}`]: {
        kind: "Service",
        metadata: metadata("Service", name, {}),
        spec: { ...(selector && { selector }), clusterIP: "10.0.0.9", ports: [{ port: 80 }], ...more },
      },
    }),
  };
}
