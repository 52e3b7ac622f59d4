import { UserError } from "../../common/user-error.ts";
import {
  type ConfigSource,
  type LabConfig,
  originOf,
  rememberedProfile,
  resolveConfig,
  withOwnValues,
} from "./config.ts";
import { takeOut } from "./next-step.ts";

/** The keys that name a cluster. */
export const CLUSTER_KEYS = ["context", "profile"];

/**
 * Makes a check that looks at more than config alone.
 * @throws {UserError} as the check does; it also names the first saved value among `keys` without which the check passes.
 */
export function refuse(
  source: ConfigSource,
  config: LabConfig,
  keys: readonly string[],
  check: (config: LabConfig) => void,
): void {
  try {
    check(config);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const passes = (values: Readonly<Record<string, string>>): boolean => {
      try {
        check(resolveConfig(withOwnValues(source, values)));
        return true;
      } catch {
        // Without this value something else is wrong.
        return false;
      }
    };
    const saved = takeOut(originOf(source), keys, passes);
    throw saved === undefined ? error : new UserError(`${error.message} ${saved}`, { cause: error });
  }
}

/**
 * Waits for what a cluster answers.
 * @throws {UserError} as the question does; where a saved value names the cluster, it also says how to take that out.
 */
export async function ofCluster<T>(source: ConfigSource, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { stack, values, given = [] } = originOf(source);
    const named = CLUSTER_KEYS.filter((key) => Object.hasOwn(values, key) && !given.includes(key));
    const key = named.find((one) => values[one] !== rememberedProfile(source.env));
    if (key === undefined) throw error;
    throw new UserError(
      `${error.message} If ${values[key]} is not the ${key} that you mean: pulumi config rm ${key} --stack ${stack}`,
      { cause: error },
    );
  }
}
