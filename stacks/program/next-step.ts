import type { SettingFault, WayOut } from "../settings/parse.ts";

type Values = Readonly<Record<string, string>>;

/** In this variable `bin/lab` names the keys that it was given for one run of the program alone, parted by commas. */
export const GIVEN_KEYS = "ONLINE_INFERENCE_GIVEN_KEYS";

/** Where the values of a stack's settings come from. */
export type Origin = {
  readonly stack: string;
  /** All of them by their keys. */
  readonly values: Values;
  /** The keys of those that `bin/lab` was given for this run alone; undefined where Pulumi was started by hand. */
  readonly given?: readonly string[] | undefined;
};

/**
 * Says what to do about a setting that is refused, and only what helps: each command that it names was tried on the values.
 * `isRefused` tells whether other values are refused for the same setting, or cannot be told.
 */
export function nextStep(origin: Origin, fault: SettingFault, isRefused: (values: Values) => boolean): string {
  const { stack, values, given } = origin;
  const { key, ways } = fault;
  if (ways) {
    const isSaved = Object.hasOwn(values, key) && !given?.includes(key);
    const saved = isSaved ? [savedWords(stack, `${key}=${values[key]}`)] : [];
    return [...ways.map((way) => `${way.what}: ${commandOf(origin, way)}`), ...saved].join(". ");
  }
  if (given?.includes(key)) return `Leave --${key} out, or give it another value.`;
  const saved = takeOut(origin, [key, ...Object.keys(values)], (others) => !isRefused(others));
  if (saved) return saved;
  if (given) return `Give another value: bin/lab up ${stack} --${key} <value>`;
  const isDefaultRefused = Object.hasOwn(values, key);
  return `${isDefaultRefused ? "Its default is refused as well. " : ""}Set another value: pulumi config set ${key} <value> --stack ${stack}`;
}

/**
 * The sentence that names the first of some saved values without which the others are accepted, with the command that takes it
 * out; undefined where there is none.
 */
export function takeOut(
  { stack, values, given = [] }: Origin,
  keys: readonly string[],
  isAccepted: (values: Values) => boolean,
): string | undefined {
  const found = keys
    .filter((key) => Object.hasOwn(values, key) && !given.includes(key))
    .find((key) => isAccepted(Object.fromEntries(Object.entries(values).filter(([other]) => other !== key))));
  return found && `${savedWords(stack, found)}. Take it out: pulumi config rm ${found} --stack ${stack}`;
}

const savedWords = (stack: string, setting: string): string => `Pulumi.${stack}.yaml has ${setting}, as -c saves it`;

function commandOf({ stack, values, given }: Origin, way: WayOut): string {
  const config = (option: (key: string, value: string) => string, all: Values) =>
    Object.entries(all).map(([key, value]) => option(key, value));
  if (!given)
    return ["pulumi up --stack", stack, ...config((key, value) => `-c ${key}=${value}`, way.config)].join(" ");
  // A run of bin/lab knows only its own flags.
  const kept = Object.fromEntries(given.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]])));
  return ["bin/lab up", stack, ...config((key, value) => `--${key} ${value}`, { ...kept, ...way.config })].join(" ");
}
