import { describe, expect, test } from "vitest";
import { agreeToLoad } from "../../../cli/watch/agree-to-load.ts";
import { watchExitCode } from "../../../cli/watch/exit-code.ts";

test.each([
  [0, undefined, 0],
  [0, "it failed", 64],
  [1, "it failed", 1],
  [1, undefined, 1],
  [2, "it failed", 64],
  [2, undefined, 2],
])("verdicts of %i and a command that failed (%s) give exit code %i", (verdicts, commandFailed, code) => {
  expect(watchExitCode(verdicts, commandFailed === undefined ? {} : { commandFailed })).toBe(code);
});

describe("load to an address of others", () => {
  const asking = (answer: string, isTerminal = true) => ({
    isTerminal: () => isTerminal,
    ask: async () => answer,
  });
  const agree = (more: { isLocal?: boolean; yes?: boolean }, answer: string, isTerminal = true) =>
    agreeToLoad("20 requests per second to http://shop.example/", {
      isLocal: false,
      yes: false,
      ...more,
      prompt: asking(answer, isTerminal),
    });

  test("is sent by a yes, typed or as a flag; to a local one without a question", async () => {
    await agree({}, "y");
    await agree({}, " Yes ");
    await agree({ yes: true }, "", false);
    await agree({ isLocal: true }, "", false);
  });

  test.each(["", "n", "yo"])("is not sent after %j", async (answer) => {
    await expect(agree({}, answer)).rejects.toThrow("nothing was sent, and nothing was changed");
  });

  test("is not sent where nobody can be asked", async () => {
    await expect(agree({}, "y", false)).rejects.toThrow("there is no terminal to ask in: agree by --yes");
  });
});
