import { readFile } from "node:fs/promises";
import { availableParallelism, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { readJson, type Transport } from "../../observer/api-server.ts";
import type { PreparedMachine } from "../../setup/prepare.ts";
import type { CommandContext } from "../command.ts";
import type { PulumiCall } from "../pulumi.ts";

/** `2 cores, 24 GiB, Linux 6.18.0`. */
export const machineWords = (): string =>
  `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`;

/** Versions of all that takes part in an observation. */
export async function versionsOf(
  { outside, paths }: CommandContext,
  machine: PreparedMachine,
  call: PulumiCall,
  transport: Transport,
): Promise<Record<string, string>> {
  const [manifest, kubernetes, pulumi] = await Promise.all([
    readFile(join(paths.project, "package.json"), "utf8"),
    readJson<{ gitVersion: string }>(transport, "/version"),
    outside.run(machine.pulumi, ["version"], { cwd: paths.project, env: call.env }),
  ]);
  return {
    lab: (JSON.parse(manifest) as { version: string }).version,
    node: process.versions.node,
    kubernetes: kubernetes.gitVersion,
    pulumi: pulumi.stdout.trim(),
  };
}
