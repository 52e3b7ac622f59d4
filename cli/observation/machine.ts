import { availableParallelism, release, totalmem, type } from "node:os";
import { readJson, type Transport } from "../../observer/api-server.ts";
import type { PreparedMachine } from "../../setup/prepare.ts";
import type { CommandContext } from "../command.ts";
import { labVersion } from "../lab-version.ts";
import type { PulumiCall } from "../pulumi.ts";

/** This machine in words: `2 cores, 24 GiB, Linux 6.18.0`. */
export const machineWords = (): string =>
  `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`;

/** Versions of the lab, Node, Kubernetes and Pulumi, for the header of a recording. */
export async function versionsOf(
  { outside, paths }: CommandContext,
  machine: PreparedMachine,
  call: PulumiCall,
  transport: Transport,
): Promise<Record<string, string>> {
  const [lab, kubernetes, pulumi] = await Promise.all([
    labVersion(outside, paths.project),
    readJson<{ gitVersion: string }>(transport, "/version"),
    outside.run(machine.pulumi, ["version"], { cwd: paths.project, env: call.env }),
  ]);
  return {
    lab,
    node: process.versions.node,
    kubernetes: kubernetes.gitVersion,
    pulumi: pulumi.stdout.trim(),
  };
}
