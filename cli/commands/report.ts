import { dirname } from "node:path";
import { courseOf } from "../../observer/course/course.ts";
import { readRecording, recordingFile } from "../../observer/recording/reader.ts";
import { commandContext } from "../command.ts";
import { writeOut } from "../objects/write-out.ts";
import { conclude } from "../observation/conclusion.ts";
import { timingSeen } from "../plans/timing-seen.ts";
import type { ReportRequest } from "./command-arguments.ts";

/** Decides a recording anew and redraws its report beside it; needs neither cluster nor set-up. The exit code. */
export async function report({ recording: path, timing }: ReportRequest): Promise<number> {
  const file = await recordingFile(path);
  const recording = await readRecording(file);
  if (timing !== undefined)
    await writeOut(timing, `${JSON.stringify(timingSeen(courseOf(recording), path), undefined, 2)}\n`);
  return (await conclude(dirname(file), recording, commandContext())).code;
}
