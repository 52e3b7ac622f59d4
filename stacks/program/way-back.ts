import type { RolloutPlan } from "../../plan/rollout-plan.ts";
import type { LabConfig } from "./config.ts";

type Asked = Pick<LabConfig, "stack" | "release" | "settings">;

/** Values for the settings that ask for one of some releases, so that they ask for another one; undefined where none asks. */
export function askingInstead(
  { release, settings }: Asked,
  releases: readonly string[],
  good: string,
): Readonly<Record<string, string>> | undefined {
  const asking = Object.entries({ release, ...settings }).filter(([, value]) => releases.includes(String(value)));
  return asking.length > 0 ? Object.fromEntries(asking.map(([key]) => [key, good])) : undefined;
}

/** Values as they are typed: `-c release=v2 -c replicas=4`. */
export const typedConfig = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([key, value]) => `-c ${key}=${value}`)
    .join(" ");

/** The command that asks plain Pulumi for other values of a stack's settings. */
export const upCommand = (stack: string, values: Readonly<Record<string, string>>): string =>
  `pulumi up --yes --stack ${stack} ${typedConfig(values)}`;

/**
 * The way back from rollouts that come to a halt, for who starts Pulumi by hand: Pulumi ends with bullets of its own then, and the
 * program cannot say anything any more. Undefined where no rollout does, or no other release runs.
 */
export function wayBackText(config: Asked, plans: readonly RolloutPlan[]): string | undefined {
  for (const { stops, releaseAfter, podsBefore } of plans) {
    if (!stops || releaseAfter === undefined) continue;
    const others = Object.entries(podsBefore).filter(([release]) => release !== releaseAfter);
    const [good] = others.sort(([, one], [, other]) => other - one)[0] ?? [];
    const values = good && askingInstead(config, [releaseAfter], good);
    if (values) return `The way back from ${releaseAfter}: ${upCommand(config.stack, values)}`;
  }
  return undefined;
}
