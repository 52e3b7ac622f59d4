import { mkdir, readdir } from "node:fs/promises";
import { UserError } from "../common/user-error.ts";
import type { Outside } from "./machine/outside.ts";
import type { Paths } from "./machine/paths.ts";
import type { Report } from "./machine/progress.ts";

/** The stacks of the project: one for every committed Pulumi.<stack>.yaml. */
export async function stackNames(paths: Paths): Promise<string[]> {
  const names = (await readdir(paths.project)).map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}

/** Creates the stacks that the backend does not have yet, so that plain `pulumi up --stack NAME` works. */
export async function ensureStacks(
  outside: Outside,
  paths: Paths,
  pulumi: string,
  env: NodeJS.ProcessEnv,
  report: Report,
): Promise<void> {
  await mkdir(paths.state, { recursive: true });
  const list = await outside.run(pulumi, ["stack", "ls", "--json"], { cwd: paths.project, env });
  if (list.exitCode !== 0) throw new UserError(`Pulumi cannot list its stacks: ${list.stderr.trim()}`);
  const present = new Set((JSON.parse(list.stdout) as { name: string }[]).map(({ name }) => name));
  const missing = (await stackNames(paths)).filter((name) => !present.has(name));
  for (const name of missing) {
    const result = await outside.run(pulumi, ["stack", "init", name, "--no-select", "--non-interactive"], {
      cwd: paths.project,
      env,
    });
    if (result.exitCode !== 0) {
      throw new UserError(
        `Pulumi cannot create the stack ${name}: ${result.stderr.trim()}. The stack files hold the salt of the empty passphrase; ` +
          "with another one set for other projects: PULUMI_CONFIG_PASSPHRASE= bin/lab up pod",
      );
    }
  }
  if (missing.length > 0) report.note(`created the stacks ${missing.join(", ")}`);
}
