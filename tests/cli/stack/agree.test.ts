import { describe, expect, test } from "vitest";
import { agreeToDestroy } from "../../../cli/stack/agree.ts";

/** Asks for the end of stacks that are up, of a user who answers so, or of none; tells what was said and asked. */
async function agree(up: readonly string[], answer: string | undefined, flags: { yes?: boolean; keep?: boolean } = {}) {
  const notes: string[] = [];
  const questions: string[] = [];
  const prompt = {
    isTerminal: () => answer !== undefined,
    ask: async (question: string) => {
      questions.push(question);
      return answer ?? "";
    },
  };
  const { yes = false, keep = false } = flags;
  const refused = await agreeToDestroy(up, { yes, keep, note: (line) => notes.push(line), prompt }).then(
    () => undefined,
    ({ message }: Error) => message,
  );
  return { notes, questions, refused };
}

describe("before an observation destroys stacks", () => {
  test("nobody is asked where none is up, with or without a terminal", async () => {
    for (const answer of ["n", undefined]) {
      expect(await agree([], answer)).toEqual({ notes: [], questions: [], refused: undefined });
    }
  });

  test("the user hears of both ends, and is asked", async () => {
    const { questions, refused } = await agree(["pod"], "y");
    expect(questions).toEqual([
      "stack pod is up: an observation destroys it first, and again at the end (--keep leaves it up then). Go on? [y/N] ",
    ]);
    expect(refused).toBeUndefined();
    expect((await agree(["pod", "rolling"], "yes", { keep: true })).questions).toEqual([
      "stacks pod, rolling are up: an observation destroys them first. Go on? [y/N] ",
    ]);
  });

  test.each(["", "n", "no", "yess", "what"])("%j is no agreement: the stack stays up", async (answer) => {
    expect((await agree(["pod"], answer)).refused).toBe("nothing was changed: stack pod is still up");
  });

  test("--yes answers before the question, and what happens is said all the same", async () => {
    for (const answer of ["n", undefined]) {
      expect(await agree(["pod"], answer, { yes: true })).toEqual({
        notes: ["stack pod is up: an observation destroys it first, and again at the end (--keep leaves it up then)"],
        questions: [],
        refused: undefined,
      });
    }
  });

  test("without a terminal it is refused, and both ways are named", async () => {
    expect((await agree(["pod", "rolling"], undefined)).refused).toBe(
      "stacks pod, rolling are up: an observation destroys them first, and again at the end (--keep leaves them up then). There is " +
        "no terminal to ask in: agree by --yes, or end them before: bin/lab down pod rolling",
    );
  });
});
