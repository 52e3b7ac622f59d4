import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";
import { compileCache } from "../../start/compile-cache.ts";
import { LAB } from "../../start/programs.ts";
import { scratchFolder } from "../setup/support/scratch.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** Says what a command that the lab starts would find as its compile cache. */
async function compileCacheOfCommands(home: string, NODE_COMPILE_CACHE: string): Promise<string> {
  const checkout = join(home, "checkout");
  for (const room of LAB.rooms) await mkdir(join(checkout, room), { recursive: true });
  await cp(join(project, "start"), join(checkout, "start"), { recursive: true });
  await cp(join(project, "cli/start-lab.ts"), join(checkout, "cli/start-lab.ts"));
  await writeFile(join(checkout, "package.json"), '{ "type": "module" }');
  await writeFile(join(checkout, "cli/lab.ts"), "console.log(process.env.NODE_COMPILE_CACHE ?? 'none');\n");
  const env = { XDG_CACHE_HOME: join(home, "cache"), NODE_COMPILE_CACHE };
  return (await execa(process.execPath, [join(checkout, "cli/start-lab.ts")], { env })).stdout;
}

test("what the lab starts keeps nothing in the lab's compile cache, and goes on with the user's own", async () => {
  const home = await scratchFolder();
  const ofLab = compileCache(join(home, "cache", "online-inference"), Date.now());
  expect(await compileCacheOfCommands(home, ofLab)).toBe("none");
  expect(await compileCacheOfCommands(home, ofLab.replace("/cache/", "/cache//"))).toBe("none");
  expect(await compileCacheOfCommands(home, join(home, "mine"))).toBe(join(home, "mine"));
});
