import { hostClock } from "../../observer/clock.ts";
import { startRecording } from "../../observer/recording/recorder.ts";
import { deletePods } from "../../observer/run/delete-pods.ts";
import { pulumiEngine } from "../../observer/run/engine.ts";
import { startObserver } from "../../observer/watch/sources.ts";
import { interruptible } from "../interrupt.ts";
import { requireFree } from "../pulumi.ts";
import { eventually } from "../service.ts";
import { answersAsStack, clusterTransport } from "../stack/answers-as-stack.ts";
import { byPulumi, endStack } from "../stack/end.ts";
import { stackConfig, stackFacts, stackPlan } from "../stack/facts.ts";
import { findAddress } from "../stack/node-address.ts";
import { stackPlace } from "../stack/place.ts";
import { startLoadFrom } from "./load-source.ts";
import { versionsOf } from "./machine.ts";
import type { ObservationEffects } from "./open-session.ts";
import { observationView } from "./view.ts";

/** The effects of a real observation: on Pulumi, minikube, the API server, files and the terminal. */
export const realEffects: ObservationEffects = {
  clock: hostClock,
  interruptible,
  requireFree,
  isUp: async (call) => (await stackPlace(call)) !== undefined,
  stackConfig,
  stackFacts,
  stackPlan,
  engine: pulumiEngine,
  endStack: ({ context, machine }, call, destroy) =>
    endStack({ outside: context.outside, minikube: machine.minikube }, call, { ...byPulumi, destroy }),
  transport: clusterTransport,
  versions: ({ context, machine }, call, transport) => versionsOf(context, machine, call, transport),
  startRecording,
  view: observationView,
  startObserver,
  findAddress: ({ context, machine }, facts, transport) => {
    const isStack = answersAsStack(transport, facts);
    return findAddress({
      outside: context.outside,
      minikube: machine.minikube,
      profile: facts.profile,
      namespace: facts.namespace,
      service: facts.service,
      nodePort: facts.nodePort,
      answers: (url) => eventually(() => isStack(url)),
    });
  },
  startLoad: startLoadFrom,
  deletePods,
};
