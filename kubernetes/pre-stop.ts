import type { V1Container } from "@kubernetes/client-node";

/**
 * How long a container's preStop hook takes, in seconds: its own `sleep`, or a command that does nothing but sleep, such as
 * `["sh", "-c", "sleep 15"]`. Undefined if there is a hook whose duration no manifest says.
 */
export function preStopSeconds({ lifecycle }: Pick<V1Container, "lifecycle">): number | undefined {
  const hook = lifecycle?.preStop;
  if (!hook) return 0;
  if (hook.sleep) return hook.sleep.seconds;
  const command = (hook.exec?.command ?? []).join(" ");
  const [, seconds] = /^(?:\S*\bsh -c )?(?:\/\S*\/)?sleep (\d+(?:\.\d+)?)s?$/.exec(command) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
