import { expect, test } from "vitest";
import { failureText } from "../../../cli/stack/failure.ts";
import { rateLimitAdvice } from "../../../cli/stack/rate-limit.ts";
import { BASE_IMAGE } from "../../../stacks/program/config.ts";

// As docker passes on what Docker Hub says.
const said =
  "error: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit";

test("Docker Hub's limit is answered with other registries of the same image", () => {
  const advice = rateLimitAdvice("pod", said, BASE_IMAGE);
  expect(advice).toContain(`bin/lab up pod --baseImage public.ecr.aws/docker/library/${BASE_IMAGE}`);
  const config = { stack: "pod", release: "v1" as const, settings: {}, baseImage: BASE_IMAGE };
  expect(failureText(config, said, undefined)).toContain(advice);
  expect(failureText(config, said, "Nobody answers.")).toContain(advice);
});

test("an image of another registry is not looked for elsewhere, and other failures have nothing to do with it", () => {
  expect(rateLimitAdvice("pod", said, "ghcr.io/alice/node:24")).toContain("The registry of ghcr.io/alice/node:24");
  expect(rateLimitAdvice("pod", "error: no space left on device", "node:24")).toBeUndefined();
});
