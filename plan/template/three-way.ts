import { type Fields, isFields } from "./stored-spec.ts";

/**
 * By which field `kubectl apply` tells the elements of a list apart; lists of other names are set as a whole. Source: Kubernetes 1.33,
 * k8s.io/api/core/v1/types.go, patchMergeKey.
 */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  env: "name",
  volumes: "name",
  imagePullSecrets: "name",
  resourceClaims: "name",
  schedulingGates: "name",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
  ports: "containerPort",
  hostAliases: "ip",
  topologySpreadConstraints: "topologyKey",
};

/**
 * A wanted spec as it is stored once `kubectl apply` has sent it: with the fields that run and that neither it nor the manifest
 * applied before names. `field` is the name of the field that holds the value, or the list that it is an element of. The wanted value
 * itself is returned where nothing is added.
 *
 * Example: `{env: [{name: A}]}` is wanted, env A, B and C run, and B was applied before. A and C come to be.
 */
export function merged<Value>(wanted: Value, running: unknown, applied: unknown, field = ""): Value {
  if (isFields(wanted) && isFields(running))
    return mergedFields(wanted, running, isFields(applied) ? applied : {}, field) as Value;
  const key = MERGE_KEYS[field];
  if (key === undefined || !isKeyed(wanted, key) || !isKeyed(running, key)) return wanted;
  return mergedList(wanted, running, isKeyed(applied, key) ? applied : [], field) as Value;
}

function mergedFields(wanted: Fields, running: Fields, applied: Fields, field: string): Fields {
  const isOpen = (key: string) => wanted[key] === undefined && applied[key] === undefined;
  // A volume has one source: another one takes the place of the one that runs.
  const left =
    field === "volumes" ? [] : Object.entries(running).filter(([key, value]) => isOpen(key) && !isNone(value));
  const own = Object.entries(wanted)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, merged(value, running[key], applied[key], key)] as const);
  if (left.length === 0 && own.every(([key, value]) => value === wanted[key])) return wanted;
  return Object.fromEntries([...left, ...own]);
}

const isNone = (value: unknown): boolean => value === undefined || value === null;

type Keyed = readonly Fields[];

/** Whether a value is a list whose elements have that field, each another value of it. */
const isKeyed = (value: unknown, key: string): value is Keyed =>
  Array.isArray(value) &&
  value.every((item) => isFields(item) && item[key] !== undefined) &&
  new Set(value.map((item) => item[key])).size === value.length;

function mergedList(wanted: Keyed, running: Keyed, applied: Keyed, field: string): Keyed {
  const key = MERGE_KEYS[field] ?? "";
  const sameIn = (list: Keyed, item: Fields) => list.find((one) => one[key] === item[key]);
  const own = wanted.map((item) => merged(item, sameIn(running, item), sameIn(applied, item), field));
  const left = running.filter((item) => !sameIn(wanted, item) && !sameIn(applied, item));
  if (left.length === 0) return own.every((item, index) => item === wanted[index]) ? wanted : own;
  return interleaved(own, left, (item) => running.findIndex((one) => one[key] === item[key]));
}

/** Wanted elements in their order, and before each of them those that are left and run before it. */
function interleaved(own: Keyed, left: Keyed, placeOf: (item: Fields) => number): Keyed {
  const waiting = [...left];
  const before = own.flatMap((item) => {
    const later = waiting.findIndex((other) => placeOf(other) > placeOf(item));
    return [...waiting.splice(0, later < 0 ? waiting.length : later), item];
  });
  return [...before, ...waiting];
}
