import { expect, test } from "vitest";
import { fetchModules, goBuilder } from "../../../setup/tools/from-source.ts";
import { buildTool } from "../../../setup/tools/tools.ts";
import { fakeOutside } from "../support/fake-outside.ts";
import { recordingReport, scratchPaths } from "../support/scratch.ts";

async function machine() {
  const outside = fakeOutside({
    commands: { go: "/usr/bin/go" },
    answers: { "/usr/bin/go version": { stdout: "go1.26.8" } },
  });
  const paths = await scratchPaths();
  const report = recordingReport();
  return { outside, report, builder: goBuilder(outside, paths, report) };
}

test("two that want the same tool at once share one build, and hear the same of it", async () => {
  const { outside, report, builder } = await machine();
  const both = await Promise.allSettled([buildTool(builder, "pause", report), buildTool(builder, "pause", report)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(outside.ran.filter((line) => line.startsWith("/usr/bin/go build"))).toHaveLength(1);
});

test("a build that failed is tried again by the next one", async () => {
  const { outside, report, builder } = await machine();
  for (let time = 1; time <= 2; time += 1) await expect(buildTool(builder, "pause", report)).rejects.toThrow("pause");
  expect(outside.ran.filter((line) => line.startsWith("/usr/bin/go build"))).toHaveLength(2);
});

test("modules that do not come are left to the build", async () => {
  const { outside, builder } = await machine();
  await fetchModules(builder, ["etcd", "crictl"]);
  expect(outside.ran.filter((line) => line === "/usr/bin/go mod download")).toHaveLength(2);
});
