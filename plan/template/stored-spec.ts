import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import { DEFAULT_GRACE_SECONDS } from "../../kubernetes/grace-period.ts";

/** An object whose fields are not known beforehand. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a spec belongs to: the API server fills in more in a Pod than in a template of pods. */
export type SpecOf = "template" | "pod";

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A pod's spec as the API server stores it, so that two specs that mean the same are the same: without fields that say nothing, and
 * with the defaults of those that are left open. Sources: Kubernetes 1.33, k8s.io/api/core/v1/types.go, and pkg/apis/core/v1:
 * defaults.go, zz_generated.defaults.go. The default of imagePullPolicy is left out, because it hangs on the image: see `pullPolicyOf`.
 *
 * Example: `{hostNetwork: false, terminationGracePeriodSeconds: 0}` has no hostNetwork, the 0, and `restartPolicy: Always` and the like.
 */
export function storedSpec(spec: V1PodSpec | undefined, of: SpecOf): Fields {
  const stored = (storedValue(spec ?? {}, "") ?? {}) as Fields;
  const { serviceAccount, ...rest } = stored;
  // The API server takes the old name of the field for the new one, and shows both.
  const named = serviceAccount === undefined ? rest : { serviceAccountName: serviceAccount, ...rest };
  return of === "pod" ? inPod(named) : named;
}

/** The imagePullPolicy of a container that leaves it open. Example: Always of `web` and `web:latest`, IfNotPresent of `web:1`. */
export function pullPolicyOf(image: string): string {
  const [named = "", digest] = image.split("@");
  const tag = /:([^:/]+)$/.exec(named)?.[1] ?? (digest ? "" : "latest");
  return tag === "latest" ? "Always" : "IfNotPresent";
}

/**
 * Fields in which false, 0 or the empty text says something: they are pointers in the API's Go types. In all others it says no more
 * than no field at all.
 */
const KEEPS_EMPTY: ReadonlySet<string> = new Set([
  ...["allowPrivilegeEscalation", "privileged", "readOnlyRootFilesystem", "hostProcess"],
  ...["runAsNonRoot", "runAsUser", "runAsGroup", "fsGroup", "runtimeClassName"],
  ...["automountServiceAccountToken", "enableServiceLinks", "hostUsers", "shareProcessNamespace", "setHostnameAsFQDN"],
  ...["terminationGracePeriodSeconds", "activeDeadlineSeconds", "tolerationSeconds", "expirationSeconds"],
  ...["priority", "minDomains", "service", "optional", "defaultMode", "mode", "storageClassName"],
]);

/** The same of fields that are pointers in some kinds of volumes alone; paths have no names and indices of list elements. */
const KEEPS_EMPTY_AT = /^volumes\.(csi\.readOnly|azureDisk\.readOnly|hostPath\.type|fc\.lun)$/;

/** Objects whose keys are anybody's: whatever they have says something, as `nvidia.com/gpu: 0` of limits. */
const MAPS = /(^|\.)(limits|requests|nodeSelector|overhead|options|volumeAttributes|matchLabels)$/;
/** Objects that say nothing if they are empty, as they are no pointers. `emptyDir: {}`, `namespaceSelector: {}` and the like do. */
const isNone = (path: string): boolean => MAPS.test(path) || path.endsWith(".resources");

const keepsEmpty = (path: string): boolean =>
  KEEPS_EMPTY.has(path.slice(path.lastIndexOf(".") + 1)) || KEEPS_EMPTY_AT.test(path);

/** A value without what says nothing, and with defaults; undefined where nothing is left. `path` is that of the list for its elements. */
function storedValue(value: unknown, path: string): unknown {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value))
    return value.length === 0 ? undefined : value.map((item) => storedValue(item, path) ?? item);
  if (!isFields(value)) return value || keepsEmpty(path) ? value : undefined;
  const fields = Object.entries(value).flatMap(([key, inner]) => {
    const kept = MAPS.test(path) ? (inner ?? undefined) : storedValue(inner, path ? `${path}.${key}` : key);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  if (fields.length === 0 && isNone(path)) return undefined;
  // A volume that has nothing but its name is an empty folder.
  const own = { ...(path === "volumes" && fields.length === 1 && { emptyDir: {} }), ...Object.fromEntries(fields) };
  // At most one line of the table is for a path.
  return { ...DEFAULTS.find(([at]) => at.test(path))?.[1], ...own };
}

/** What the API server fills in, by the path of the object. */
const DEFAULTS: readonly (readonly [path: RegExp, fields: Fields])[] = [
  [
    /^$/,
    {
      restartPolicy: "Always",
      dnsPolicy: "ClusterFirst",
      schedulerName: "default-scheduler",
      terminationGracePeriodSeconds: DEFAULT_GRACE_SECONDS,
      securityContext: {},
    },
  ],
  [/ontainers$/, { terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" }],
  [/ontainers\.ports$/, { protocol: "TCP" }],
  [/Probe$/, { periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 }],
  [/\.httpGet$/, { scheme: "HTTP", path: "/" }],
  [/\.grpc$/, { service: "" }],
  [/\.fieldRef$/, { apiVersion: "v1" }],
  [/\.resourceFieldRef$/, { divisor: "0" }],
  [/^volumes\.(secret|configMap|downwardAPI|projected)$/, { defaultMode: 420 }],
  [/\.serviceAccountToken$/, { expirationSeconds: 3600 }],
  [/^volumes\.hostPath$/, { type: "" }],
  [/^volumes\.iscsi$/, { iscsiInterface: "default" }],
  [/^volumes\.rbd$/, { pool: "rbd", user: "admin", keyring: "/etc/ceph/keyring" }],
  [/^volumes\.azureDisk$/, { cachingMode: "ReadWrite", fsType: "ext4", readOnly: false, kind: "Shared" }],
  [/^volumes\.scaleIO$/, { storageMode: "ThinProvisioned", fsType: "xfs" }],
  [/\.volumeClaimTemplate\.spec$/, { volumeMode: "Filesystem" }],
];

/** What the API server fills in only in a Pod. */
function inPod(spec: Fields): Fields {
  const { hostNetwork } = spec;
  const filled = (container: V1Container): V1Container => {
    const { resources, ports } = container;
    return {
      ...container,
      ...(resources?.limits && {
        resources: { ...resources, requests: { ...resources.limits, ...resources.requests } },
      }),
      ...(hostNetwork === true && ports && { ports: ports.map((port) => ({ hostPort: port.containerPort, ...port })) }),
    };
  };
  const lists = ["containers", "initContainers"].flatMap((key) => {
    const containers = spec[key] as readonly V1Container[] | undefined;
    return containers ? [[key, containers.map(filled)] as const] : [];
  });
  return { enableServiceLinks: true, ...spec, ...Object.fromEntries(lists) };
}
