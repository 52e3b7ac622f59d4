import { HttpMethod, KubeConfig, RequestContext } from "@kubernetes/client-node";

/** What proves to an API server who asks, and the kubeconfig that it is of. */
export type Proof = { readonly config: KubeConfig; readonly context: RequestContext };

/** The credentials of a kubeconfig's current context, kept between requests. */
export type Credentials = {
  /**
   * Those to use now. Rejects where they cannot be had, as when a plugin fails; it is run again FAILED_LAST_MS later. A plugin may
   * hang: whoever waits has a limit of his own.
   */
  readonly get: () => Promise<Proof>;
  /** The kubeconfig to read credentials from now. */
  readonly config: () => KubeConfig;
  /**
   * Says that the server does not know the credentials of a kubeconfig that `config` or `get` gave (401). Tells whether
   * others are there now, or will be read by the next call.
   */
  readonly refused: (config: KubeConfig) => boolean;
};

/**
 * Credentials are read again after this time, because a cloud's tokens expire. Reading them for every request would also open a
 * new connection each time, which costs more than the requests themselves.
 */
const LAST_MS = 300_000;
/** A plugin that fails is run no more often than this: several ask, and each asks again at once. */
const FAILED_LAST_MS = 2_000;
/** A plugin that has said nothing for so long hangs, and another run is tried. Some ask their user, or are slow. */
const PENDING_LAST_MS = 30_000;
/** A server that refuses everything has a plugin asked no more often than this. */
const ANEW_EVERY_MS = 10_000;

/**
 * Keeps the credentials of a kubeconfig until they are old or refused. An example with a token that is said to last an hour:
 *
 *      0 s  the plugin gives token a                      kept for 300 s
 *     40 s  the server refuses a, which was revoked       the plugin gives token b, and the request is sent again
 *     42 s  the server refuses b                          b is 2 s old: the refusal is the answer
 *     55 s  the server refuses b                          the plugin is asked again
 *     56 s  the plugin fails                              every request until 58 s has that error
 *     58 s  the plugin is asked, and hangs                every request until 88 s waits for it, as long as it likes
 */
export function keptCredentials(start: KubeConfig, nowMs: () => number = () => performance.now()): Credentials {
  let config = start;
  let kept: { readonly proof: Promise<Proof>; untilMs: number } | undefined;
  let anewMs = Number.NEGATIVE_INFINITY;
  return {
    get() {
      const askedMs = nowMs();
      if (kept && askedMs <= kept.untilMs) return kept.proof;
      const mine = { proof: proofOf(config), untilMs: askedMs + PENDING_LAST_MS };
      kept = mine;
      mine.proof.then(
        () => {
          mine.untilMs = askedMs + LAST_MS;
        },
        () => {
          mine.untilMs = nowMs() + FAILED_LAST_MS;
        },
      );
      return mine.proof;
    },
    config: () => config,
    refused(used) {
      // Another request was refused before, and others are there already.
      if (used !== config) return true;
      if (nowMs() - anewMs < ANEW_EVERY_MS) return false;
      anewMs = nowMs();
      config = unread(config);
      kept = undefined;
      return true;
    },
  };
}

async function proofOf(config: KubeConfig): Promise<Proof> {
  const context = new RequestContext(config.getCurrentCluster()?.server ?? "", HttpMethod.GET);
  await config.applySecurityAuthentication(context);
  return { config, context };
}

/** The same kubeconfig without the tokens that the client keeps in it: a plugin's for as long as the plugin said. */
function unread(config: KubeConfig): KubeConfig {
  const anew = new KubeConfig();
  anew.loadFromOptions({
    clusters: config.getClusters(),
    users: config.getUsers(),
    contexts: config.getContexts(),
    currentContext: config.getCurrentContext(),
  });
  return anew;
}
