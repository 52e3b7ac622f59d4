import { UserError } from "../common/user-error.ts";
import { ownCard } from "../service/build.ts";
import { signatureOf } from "../service/src/signature.ts";
import type { LabConfig } from "../stacks/program/config.ts";

/** A row to ask a model for: each feature's example; undefined where the stack serves the lab's own models. */
export function exampleRow({
  release,
  modelDir,
}: Pick<LabConfig, "release" | "modelDir">): Readonly<Record<string, number>> | undefined {
  if (modelDir === undefined) return undefined;
  const { columns } = signatureOf(ownCard(release, modelDir).card);
  return Object.fromEntries(columns.map(({ name, example }) => [name, example]));
}

/**
 * Refuses to observe a stack with a model of one's own: answers are checked by what scikit-learn says of the lab's models.
 * @throws {UserError} that names the key and the next step.
 */
export function refuseOwnModel({ stack, modelDir }: Pick<LabConfig, "stack" | "modelDir">): void {
  if (modelDir === undefined) return;
  throw new UserError(
    `config modelDir: got ${JSON.stringify(modelDir)}, allowed: none while a stack is observed, whose answers are checked by the ` +
      `lab's own models. Leave it out, or take it out of the stack: pulumi config rm modelDir --stack ${stack}`,
  );
}
