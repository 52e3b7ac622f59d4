import { didYouMean } from "../common/did-you-mean.ts";
import { UserError } from "../common/user-error.ts";
import type { Paths } from "../setup/machine/paths.ts";
import { stackNames } from "../setup/stack-names.ts";
import { PROJECT, rememberedProfile } from "../stacks/program/config.ts";
import {
  readCompare,
  readDown,
  readObserve,
  readReport,
  readUp,
  readWhy,
  requireNames,
} from "./commands/command-arguments.ts";
import { readCheck, readManifests, readPlan } from "./commands/object-arguments.ts";
import { readStackFile } from "./stack/file.ts";
import { type CommandName, USAGES } from "./usage/commands.ts";
import { commandList, helpPage } from "./usage/help-page.ts";
import { readArguments, splitArguments } from "./usage/read-arguments.ts";
import { settingTerms } from "./usage/setting-terms.ts";
import type { Usage } from "./usage/usage.ts";
import { readWatch } from "./watch/watch-request.ts";

/**
 * How each command is begun: what it was asked for is read and checked first; only then is the command itself loaded, which
 * brings clients of Pulumi, docker and Kubernetes with it, and run.
 */
const COMMANDS: Readonly<Record<CommandName, (args: readonly string[], paths: Paths) => Promise<number>>> = {
  up: async (args, paths) => {
    const request = await readUp(args, paths);
    return (await import("./commands/up.ts")).up(request);
  },
  observe: async (args, paths) => {
    const request = await readObserve(args, paths);
    return (await import("./commands/observe.ts")).observe(request);
  },
  watch: async (args) => {
    const request = readWatch(args);
    return (await import("./commands/watch.ts")).watch(request);
  },
  compare: async (args, paths) => {
    const request = await readCompare(args, paths);
    return (await import("./commands/compare.ts")).compare(request);
  },
  report: async (args) => {
    const request = await readReport(args);
    return (await import("./commands/report.ts")).report(request);
  },
  why: async (args) => {
    const request = readWhy(args);
    return (await import("./commands/why.ts")).why(request);
  },
  plan: async (args) => {
    const request = readPlan(args);
    return (await import("./commands/plan.ts")).plan(request);
  },
  check: async (args) => {
    const request = readCheck(args);
    return (await import("./commands/check.ts")).check(request);
  },
  manifests: async (args, paths) => {
    const request = await readManifests(args, paths);
    return (await import("./commands/manifests.ts")).manifests(request);
  },
  test: async (args) => {
    const { flags } = readArguments(USAGES.test, args);
    return (await import("./commands/test.ts")).test(flags);
  },
  doctor: async (args) => {
    const { flags } = readArguments(USAGES.doctor, args);
    return (await import("./commands/doctor.ts")).doctor(flags.profile ?? rememberedProfile(process.env));
  },
  env: async (args) => {
    readArguments(USAGES.env, args);
    return (await import("./commands/env.ts")).env();
  },
  down: async (args, paths) => {
    const request = await readDown(args, paths);
    return (await import("./commands/down.ts")).down(request);
  },
  clean: async (args) => {
    const { flags } = readArguments(USAGES.clean, args);
    return (await import("./commands/clean.ts")).clean(flags);
  },
};

const HELP = ["help", "--help", "-h"];

/**
 * Runs the command that the arguments begin with, or explains one; resolves with its exit code.
 * @throws {UserError} where the arguments are wrong; nothing was started then.
 */
export async function runCommand([name = "help", ...args]: readonly string[], paths: Paths): Promise<number> {
  if (HELP.includes(name) && args.length === 0) {
    console.log(commandList(Object.values(USAGES)));
    return 0;
  }
  // What stands after -- is a command of the user's, with flags of its own.
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const wantsHelp = HELP.includes(name) || own.includes("--help") || own.includes("-h");
  const rest = args.filter((arg) => !wantsHelp || !HELP.includes(arg));
  const [command, given] = HELP.includes(name) ? [rest[0] ?? "", rest.slice(1)] : [name, rest];
  if (!isCommand(command)) throw unknownCommand(command);
  if (!wantsHelp) return COMMANDS[command](given, paths);
  console.log(await pageOf(USAGES[command], given, paths));
  return 0;
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);

function unknownCommand(name: string): UserError {
  const names = Object.keys(COMMANDS);
  return new UserError(
    `command: got ${JSON.stringify(name)}, allowed: ${names.join(", ")}.${didYouMean(name, names)} See: bin/lab help`,
  );
}

/** The page of a command; of one that takes settings with those of the experiment that is named. */
async function pageOf(usage: Usage, args: readonly string[], paths: Paths): Promise<string> {
  const stacks = await stackNames(paths);
  const { positionals, settings } = splitArguments(usage, args);
  const [stack] = positionals.filter((name) => name !== "all");
  if (!usage.takesSettings || stack === undefined) return helpPage(usage, stacks);
  requireNames(usage, [stack], stacks);
  const { values } = await readStackFile(paths.project, stack);
  return helpPage(usage, stacks, settingTerms(stack, settings.experiment ?? values[`${PROJECT}:experiment`]));
}
