import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stacksWithResources } from "../../../cli/stack/state.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

/** Asks a Pulumi that prints a text, or fails with it. */
async function ask(text: string, exitCode = 0) {
  const project = await scratchFolder();
  const pulumi = join(project, "pulumi");
  const source = `#!${process.execPath}
process.${exitCode === 0 ? "stdout" : "stderr"}.write(${JSON.stringify(text)});
process.exitCode = ${exitCode};`;
  await writeFile(pulumi, source);
  await chmod(pulumi, 0o755);
  return stacksWithResources({ pulumi, project, env: {} });
}

test("a stack without resources was never up; of one whose number is not told, nobody knows", async () => {
  const stacks = [{ name: "pod", resourceCount: 9 }, { name: "dev", resourceCount: 0 }, { name: "rolling" }];
  expect([...(await ask(JSON.stringify(stacks)))]).toEqual(["pod", "rolling"]);
});

test("a backend that cannot list its stacks is said", async () => {
  await expect(ask("error: no such backend\n", 255)).rejects.toThrow(
    "Pulumi cannot list its stacks: error: no such backend",
  );
});
