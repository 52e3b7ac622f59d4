import { UserError } from "../../common/user-error.ts";
import { hasProfile, inspectProfile } from "../../setup/cluster/profile.ts";
import type { Outside } from "../../setup/machine/outside.ts";
import { contextServers } from "../../stacks/live/read.ts";
import { destroyQuietly, forgetStack, type PulumiCall } from "../pulumi.ts";
import { type StackPlace, stackPlace } from "./place.ts";
import { settle } from "./settle.ts";

/** Asks minikube for its profiles. */
interface Minikube {
  readonly outside: Outside;
  readonly minikube: string;
}

/** Pulumi and the kubeconfig, as far as ending a stack takes them. */
export interface Ways {
  /** Where the stack is up; undefined where nothing of it is. */
  readonly place: (call: PulumiCall) => Promise<StackPlace | undefined>;
  /** Settles what a killed Pulumi left half done, so that the destroy takes it as well. */
  readonly settle: (call: PulumiCall) => Promise<void>;
  readonly destroy: (call: PulumiCall) => Promise<void>;
  /** Empties the stack's state without asking any cluster. */
  readonly forget: (call: PulumiCall) => Promise<void>;
  /** Contexts of the kubeconfig. */
  readonly contexts: () => Promise<ReadonlyMap<string, unknown>>;
}

/** The real ones, which show nothing of what Pulumi prints. */
export const byPulumi: Ways = {
  place: stackPlace,
  settle: (call) => settle(call, { isEnding: true }),
  destroy: destroyQuietly,
  forget: forgetStack,
  contexts: contextServers,
};

/**
 * Ends a stack in the cluster where it is up, whatever its config says by now, and settles what a killed Pulumi left. Of a
 * minikube profile that was deleted only Pulumi's state is left to be emptied.
 * @throws {UserError} when the profile is stopped, as the pods would come back with it, or when Pulumi fails.
 */
export async function endStack(tools: Minikube, call: PulumiCall, ways: Ways = byPulumi): Promise<void> {
  const place = await ways.place(call);
  // A destroy keeps what is pending, so it may be all that is left.
  if (!place) return ways.settle(call);
  if (!(await isGone(tools, call.stack, place, ways.contexts))) {
    await ways.settle(call);
    return ways.destroy(call);
  }
  console.log(`stack ${call.stack} went with minikube profile ${place.profile}, which is gone; Pulumi forgets it`);
  return ways.forget(call);
}

async function isGone(
  { outside, minikube }: Minikube,
  stack: string,
  { context, profile }: StackPlace,
  contexts: Ways["contexts"],
): Promise<boolean> {
  // Of another cluster minikube knows nothing.
  if (profile === undefined || context !== profile) return false;
  const found = await inspectProfile(outside, minikube, profile);
  if (found?.running) return false;
  // Forgetting pods that run would leave them for ever. minikube deletes a profile's context with it; one that is still there
  // belongs to a profile of another MINIKUBE_HOME.
  if (!found) return !(await hasProfile(outside, minikube, profile)) && !(await contexts()).has(context);
  throw new UserError(
    `stack ${stack} is up in minikube profile ${profile}, which does not run: its pods would come back with it. ` +
      `Start it (minikube start -p ${profile}) or delete it (minikube delete -p ${profile}), then run the same command again`,
  );
}
