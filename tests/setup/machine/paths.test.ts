import { mkdir, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { realOutside } from "../../../setup/machine/outside.ts";
import { isBelow, resolvePaths } from "../../../setup/machine/paths.ts";
import { goBuilder } from "../../../setup/tools/from-source.ts";
import { inspectTool } from "../../../setup/tools/tools.ts";
import { fakeOutside } from "../support/fake-outside.ts";
import { recordingReport, scratchFolder } from "../support/scratch.ts";

test("state and cache are where the environment says, and a relative path says nothing", () => {
  const paths = resolvePaths({ XDG_CACHE_HOME: "/c", XDG_STATE_HOME: "/s" });
  expect(paths).toMatchObject({
    cache: "/c/online-inference",
    home: "/s/online-inference",
    state: "/s/online-inference/pulumi",
  });
  expect(resolvePaths({ XDG_STATE_HOME: "state" }).home).toBe(join(homedir(), ".local/state/online-inference"));
});

/** A home that is a link, as on machines whose /home leads elsewhere. */
async function linkedHome() {
  const folder = await scratchFolder();
  const [real, link] = [join(folder, "real"), join(folder, "link")];
  const bin = join(real, ".cache", "online-inference", "bin");
  await mkdir(bin, { recursive: true });
  await symlink(real, link);
  return { bin, paths: resolvePaths({ XDG_CACHE_HOME: join(link, ".cache"), XDG_STATE_HOME: join(link, "state") }) };
}

test("what lies in the cache is known as such where HOME is a link", async () => {
  const { bin, paths } = await linkedHome();
  expect(isBelow(join(bin, "node"), paths.cache)).toBe(true);
  expect(isBelow(join(paths.bin, "node"), paths.cache)).toBe(true);
  expect(isBelow(`${paths.cache}-other/node`, paths.cache)).toBe(false);
});

test("a tool of the lab is not taken for an installed one where HOME is a link", async () => {
  const { bin, paths } = await linkedHome();
  await writeFile(join(bin, "helm"), "");
  const answers = { [`${join(bin, "helm")} version --template {{.Version}}`]: { stdout: "v3.18.6" } };
  const outside = { ...fakeOutside({ commands: { helm: join(bin, "helm") }, answers }), exists: realOutside().exists };
  const report = recordingReport();
  const context = { outside, paths, builder: goBuilder(outside, paths, report) };
  expect((await inspectTool(context, "helm")).way).toBe("missing");
});
