import { UserError } from "../../common/user-error.ts";
import type { Prompt } from "../stack/agree.ts";

/**
 * Makes sure that the user agrees to load on an address that is not a local cluster's own.
 * @throws {UserError} when not, or when there is nobody to ask.
 */
export async function agreeToLoad(
  what: string,
  { isLocal, yes, prompt }: { readonly isLocal: boolean; readonly yes: boolean; readonly prompt: Prompt },
): Promise<void> {
  if (isLocal || yes) return;
  if (!prompt.isTerminal()) {
    throw new UserError(
      `${what}. That is no address of this machine or of a local cluster, and there is no terminal to ask in: agree by --yes`,
    );
  }
  const answer = await prompt.ask("That is no address of this machine or of a local cluster. Send load to it? [y/N] ");
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError("nothing was sent, and nothing was changed");
}
