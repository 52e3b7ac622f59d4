import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { BASE_IMAGE } from "../../../stacks/program/config.ts";

const text = (name: string): Promise<string> => readFile(new URL(`../../../${name}`, import.meta.url), "utf8");

test("the base image is one digest, for every architecture and at every time, of the Node.js that bin/lab brings", async () => {
  const version = /^node_version=(.+)$/m.exec(await text("bin/lab"))?.[1];
  expect(version).toMatch(/^24\./);
  expect(BASE_IMAGE).toMatch(new RegExp(`^node:${version}-bookworm-slim@sha256:[0-9a-f]{64}$`));
});

test("a docker build by hand takes the same one", async () => {
  expect(await text("service/Dockerfile")).toContain(`\nARG BASE_IMAGE=${BASE_IMAGE}\n`);
});
