const prefix = "DOCKER_";

/**
 * The environment without what `eval $(minikube docker-env)` put there: set-up means the docker daemon of this machine,
 * never the one inside minikube. minikube keeps the former values under names of its own.
 */
export function withHostDocker(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!env.MINIKUBE_ACTIVE_DOCKERD) return env;
  const kept = Object.entries(env).filter(([name]) => !name.startsWith(prefix) && name !== "MINIKUBE_ACTIVE_DOCKERD");
  const former = kept.flatMap(([name, value]) => {
    const original = name.startsWith(`MINIKUBE_EXISTING_${prefix}`)
      ? name.slice("MINIKUBE_EXISTING_".length)
      : undefined;
    return original && value ? [[original, value] as const] : [];
  });
  return { ...Object.fromEntries(kept), ...Object.fromEntries(former) };
}
