import { UserError } from "../../common/user-error.ts";
import { askingOnce, type Daemon, type DaemonWords, type DockerEndpoint, describeDaemon } from "./docker.ts";
import { localDocker } from "./local-docker.ts";
import { minikubeDocker, minikubeEffects } from "./minikube.ts";

/** The docker daemon that builds the images. */
export type Builder = DockerEndpoint &
  Daemon & {
    /** Whether the node's pods run images straight from this daemon. */
    readonly inNode: boolean;
  };

/** The config that decides which daemon builds. */
export type BuilderRequest = {
  /** The stack that messages name. */
  readonly stack: string;
  /** minikube profile. */
  readonly profile: string;
  /** kubeconfig context of the cluster to deploy to. */
  readonly context: string;
  /** Defined if images are pushed. */
  readonly registry: unknown;
};

/** How daemons are found and asked; tests replace these. */
export type BuilderEffects = {
  readonly minikubeDocker: (profile: string, pushed: boolean) => Promise<DockerEndpoint | undefined>;
  readonly localDocker: () => DockerEndpoint;
  readonly describeDaemon: (endpoint: DockerEndpoint, words: DaemonWords) => Promise<Daemon>;
};

const MINIKUBE: DaemonWords = {
  name: "docker in minikube",
  start: 'Start it again: "bin/lab up pod".',
  another: 'Take another profile, which bin/lab makes: "bin/lab up pod --profile online-inference".',
};

const LOCAL: DaemonWords = {
  name: "docker, which builds what is pushed,",
  start: "Start it, or choose one that runs: docker context use NAME, or DOCKER_HOST (and DOCKER_CERT_PATH).",
  another: "Choose another one: docker context use NAME, or DOCKER_HOST (and DOCKER_CERT_PATH).",
};

/**
 * Chooses the daemon that builds: the one in minikube's node if its pods can run images from it; otherwise, if images are
 * pushed, the one that the docker command would use.
 * @throws {UserError} if there is no such daemon, or it does not answer.
 */
export async function findBuilder(
  { stack, profile, context, registry }: BuilderRequest,
  effects: BuilderEffects = realEffects(),
): Promise<Builder> {
  const pushed = registry !== undefined;
  if (context !== profile && !pushed) {
    throw new UserError(
      `config context: got ${JSON.stringify(context)} without a registry, allowed: the minikube profile ${profile}, ` +
        `whose node builds the image, or any context whose nodes can pull it. Set one: pulumi config set --stack ` +
        `${stack} registry docker.io/<user>, or take another minikube profile: bin/lab up ${stack} --profile <name>`,
    );
  }
  const node = context === profile ? await effects.minikubeDocker(profile, pushed) : undefined;
  const endpoint = node ?? effects.localDocker();
  const words = node ? MINIKUBE : LOCAL;
  return { ...endpoint, ...(await effects.describeDaemon(endpoint, words)), inNode: node !== undefined };
}

/** The daemon in minikube's node is asked about itself once, both for who it is and for its architecture. */
function realEffects(): BuilderEffects {
  const ask = askingOnce();
  return {
    minikubeDocker: (profile, pushed) => minikubeDocker(profile, pushed, minikubeEffects(ask)),
    localDocker,
    describeDaemon: (endpoint, words) => describeDaemon(endpoint, words, ask),
  };
}
