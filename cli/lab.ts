import { UserError } from "../common/user-error.ts";
import type { Command } from "./command.ts";
import { compare } from "./commands/compare.ts";
import { doctor } from "./commands/doctor.ts";
import { down } from "./commands/down.ts";
import { env } from "./commands/env.ts";
import { observe } from "./commands/observe.ts";
import { report } from "./commands/report.ts";
import { test } from "./commands/test.ts";
import { up } from "./commands/up.ts";
import { handleInterrupt } from "./interrupt.ts";

const commands: Readonly<Record<string, Command>> = { up, observe, report, compare, test, doctor, env, down };

const exitUsage = 2;

function help(): string {
  const lines = Object.values(commands).map(({ usage, summary }) => `  bin/lab ${usage.padEnd(44)} ${summary}`);
  return ["Rolls out a model server on Kubernetes and shows what users notice.", "", ...lines].join("\n");
}

async function main([name = "help", ...args]: readonly string[]): Promise<number> {
  if (["help", "--help", "-h"].includes(name) || args.includes("--help") || args.includes("-h")) {
    console.log(help());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    throw new UserError(
      `no command ${JSON.stringify(name)}; allowed: ${Object.keys(commands).join(", ")}. See: bin/lab help`,
    );
  }
  return command.run(args);
}

handleInterrupt();

try {
  const exitCode = await main(process.argv.slice(2));
  process.exitCode ??= exitCode;
} catch (error) {
  if (!isUserMistake(error)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode ??= exitUsage;
}

/** Our own errors, and those of Node's argument parser, are meant for reading as they are. */
function isUserMistake(error: unknown): error is Error {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return error instanceof UserError || (error instanceof Error && String(code).startsWith("ERR_PARSE_ARGS"));
}
