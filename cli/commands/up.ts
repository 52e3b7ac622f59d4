import { UserError } from "../../common/user-error.ts";
import { UP } from "../../observer/run/engine.ts";
import { requirePassphrase } from "../../setup/pitfalls.ts";
import { ensureHelm, type PreparedMachine } from "../../setup/prepare.ts";
import { readLive } from "../../stacks/live/read.ts";
import type { LabConfig } from "../../stacks/program/config.ts";
import { type StackAddress, stackAddress } from "../../stacks/program/stack-address.ts";
import { type CommandContext, prepareLab, stackContext } from "../command.ts";
import { exampleRow } from "../own-model.ts";
import { roughDuration } from "../progress.ts";
import { type PulumiCall, runPulumi, runQuietly } from "../pulumi.ts";
import { reserveStacks } from "../reserve.ts";
import { eventually, ownPredictionText, predictionText, type Row } from "../service.ts";
import { answersAsStack, clusterTransport } from "../stack/answers-as-stack.ts";
import { type Asked, askStack } from "../stack/ask.ts";
import { changeLines, warningsOf } from "../stack/changes.ts";
import { endStack } from "../stack/end.ts";
import { afterFailure, failureText } from "../stack/failure.ts";
import { findAddress } from "../stack/node-address.ts";
import { stackPlace } from "../stack/place.ts";
import { settle } from "../stack/settle.ts";
import { openTunnel } from "../stack/tunnel.ts";
import type { UpRequest } from "./command-arguments.ts";

/** How long an `up` took elsewhere whose image is there, in seconds. */
const ELSEWHERE_SECONDS = 15;

/** Brings everything up that an experiment needs, deploys it and shows one prediction; its exit code. */
export async function up(request: UpRequest): Promise<number> {
  const { stack, profile, values } = request;
  const startMs = performance.now();
  const context = await stackContext();
  await requirePassphrase(context.outside, context.paths, [stack]);
  await using reserved = await reserveStacks(context.paths.state, [stack], `bin/lab up ${stack}`);
  const machine = await prepareLab(context, profile);
  const config = inProfile(request.config, machine.profile.name);

  const call = {
    pulumi: machine.pulumi,
    project: context.paths.project,
    env: { ...machine.env, ...reserved.env },
    stack,
  };
  await leaveOtherCluster(context, machine, call, config.context);
  await settle(call, { isEnding: false });
  if (request.verbose) await runPulumi(call, UP, values);
  else await deploy(context, call, { ...request, config });

  const row = exampleRow(config);
  const { answer, lines, from } = await ask(context, machine.minikube, stackAddress(config), row);
  for (const line of lines) console.log(line);
  console.log(row ? ownPredictionText(answer, from) : predictionText(answer, from));
  if (config.experimentName === "helm") await bringHelm(context);
  console.log(
    `stack ${stack} is up, ${roughDuration(performance.now() - startMs)} in all. Next, once per shell: eval "$(bin/lab env)", ` +
      "then plain pulumi, kubectl and helm.",
  );
  return 0;
}

/** A config in the profile that the machine was prepared with, which is another one than was wanted where that cannot serve. */
const inProfile = (config: LabConfig, profile: string): LabConfig => ({
  ...config,
  profile,
  context: config.context === config.profile ? profile : config.context,
});

/** Deploys without showing Pulumi's output: the plan as soon as it is made, then a line for each resource that changed. */
async function deploy({ report }: CommandContext, call: PulumiCall, request: UpRequest): Promise<void> {
  const { config, values, stack } = request;
  // Of a cluster that does not answer the program itself says what is wrong.
  const read = () => readLive(config.context, config.namespace, stack).catch(() => undefined);
  const before = await read();
  const said = new Set<string>();
  const run = async () => {
    const { operation, events } = await runQuietly(call, "up", values, (message) => {
      // The program runs for the refresh as well, and then says the same.
      if (!said.has(message)) console.log(message);
      said.add(message);
    });
    if (operation.succeeded) return events;
    for (const line of changeLines(events)) console.log(line);
    const reached = events.some(({ kind }) => kind === "failed");
    const meaning = reached ? afterFailure({ config, given: values, before, after: await read() }) : undefined;
    throw new UserError(failureText(config, operation.message ?? operation.output, meaning));
  };
  const events = await report.during(`deploying ${stack}`, ELSEWHERE_SECONDS, run);
  console.log(changeLines(events).join("\n") || "nothing changed");
  for (const warning of warningsOf(events)) console.log(`warning: ${warning}`);
}

/** Ends a stack where it is up when config names another cluster by now: there its pods would stay, and nobody would know of them. */
async function leaveOtherCluster(
  { outside, report }: CommandContext,
  { minikube, profile }: PreparedMachine,
  call: PulumiCall,
  wanted: string,
): Promise<void> {
  const place = await stackPlace(call);
  if (place?.context === undefined || place.context === profile.name || place.context === wanted) return;
  console.log(`stack ${call.stack} is up in context ${place.context}: it ends there before it comes up in ${wanted}`);
  await report.during(`destroying ${call.stack}`, ELSEWHERE_SECONDS, () => endStack({ outside, minikube }, call));
}

/** Asks the stack for one prediction, by the best way that this machine has to it. */
function ask(
  { outside, report }: CommandContext,
  minikube: string,
  address: StackAddress,
  row: Row | undefined,
): Promise<Asked> {
  const transport = clusterTransport(address.context);
  const isStack = answersAsStack(transport, address);
  const answers = (url: string) => eventually(() => isStack(url));
  return askStack(address, {
    answers,
    findAddress: () => findAddress({ ...address, outside, minikube, answers }),
    openTunnel: (target) => openTunnel({ ...target, minikube }),
    transport,
    note: report.note,
    ...(row && { row }),
  });
}

/** Brings the helm command for the chart by hand. The stack is up without it, so what keeps it away is only told. */
async function bringHelm({ outside, paths, report }: CommandContext): Promise<void> {
  try {
    const { path } = await ensureHelm(outside, paths, report);
    console.log(`helm by hand: ${path}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    report.note(`helm by hand is not possible yet: ${error.message}`);
  }
}
