import { UserError } from "../common/user-error.ts";
import type { Outside } from "../setup/machine/outside.ts";

/** The variables by which a docker client reaches the daemon inside minikube: DOCKER_HOST, DOCKER_CERT_PATH and so on. */
export async function clusterDocker(
  outside: Outside,
  minikube: string,
  profile: string,
): Promise<Record<string, string>> {
  const result = await outside.run(minikube, ["docker-env", "-p", profile, "--shell", "none"], { timeoutMs: 60_000 });
  if (result.exitCode !== 0) throw new UserError(`minikube's docker cannot be reached: ${result.stderr.trim()}`);
  const lines = result.stdout.split("\n").filter((line) => line.startsWith("DOCKER_"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}
