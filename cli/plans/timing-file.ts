import { readFile } from "node:fs/promises";
import Type, { type Static } from "typebox";
import { Errors } from "typebox/schema";
import { UserError } from "../../common/user-error.ts";
import type { TimingProfile } from "../../plan/plan-context.ts";

const Ms = Type.Number({ minimum: 0 });
const Span = Type.Object({ least: Ms, most: Ms });

/** A timing profile as a file holds it, in ms. `seen` says what it was made of. */
export const TimingFileSchema = Type.Object({
  version: Type.Literal(1),
  containerStartMs: Span,
  pullMs: Ms,
  startApartMs: Ms,
  removalMs: Ms,
  seen: Type.Optional(Type.Object({ starts: Type.Integer(), removals: Type.Integer(), recording: Type.String() })),
});

export type TimingFile = Readonly<Static<typeof TimingFileSchema>>;

/**
 * Reads a timing profile.
 * @throws {UserError} if the file is none.
 */
export async function readTiming(path: string): Promise<TimingProfile> {
  const allowed = "a file that bin/lab report RECORDING --timing FILE has written";
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new UserError(
      `--timing: got ${path}, which cannot be read (${(cause as Error).message}), allowed: ${allowed}.`,
      {
        cause: cause as Error,
      },
    );
  }
  const [, [fault]] = Errors(TimingFileSchema, value);
  if (fault) {
    throw new UserError(
      `--timing: got ${path}, of which ${fault.instancePath || "the whole"} ${fault.message}, allowed: ${allowed}.`,
    );
  }
  const { containerStartMs, pullMs, startApartMs, removalMs } = value as TimingFile;
  if (containerStartMs.least > containerStartMs.most) {
    throw new UserError(
      `--timing: got ${path}, whose containerStartMs has a least above its most, allowed: ${allowed}.`,
    );
  }
  return { containerStartMs, pullMs, startApartMs, removalMs };
}
