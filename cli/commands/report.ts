import { dirname } from "node:path";
import { readRecording, recordingFile } from "../../observer/recording/reader.ts";
import { commandContext } from "../command.ts";
import { conclude } from "../observation/conclusion.ts";

/** Decides a recording anew and redraws its report beside it; needs neither cluster nor set-up. The exit code. */
export async function report(path: string): Promise<number> {
  const file = await recordingFile(path);
  return (await conclude(dirname(file), await readRecording(file), commandContext())).code;
}
