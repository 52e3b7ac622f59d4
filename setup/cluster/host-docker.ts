const prefix = "DOCKER_";

/**
 * The environment without the variables of `eval $(minikube docker-env)`: set-up uses this machine's docker daemon, never the
 * one inside minikube. Values that minikube replaced come back; it keeps them under names of its own.
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
