import { readRecording } from "../../observer/recording/reader.ts";
import { whyAll, whyRequest } from "../../observer/report/why-text.ts";

/** What `bin/lab why` is asked. */
export interface WhyRequest {
  readonly recording: string;
  /** Id of the event of one request; absent where all of them are asked for. */
  readonly request?: number;
}

/**
 * Prints why requests of a recording failed, or why one did; needs neither cluster nor set-up. The exit code.
 * @throws {UserError} where the recording cannot be read, or the request is none that failed.
 */
export async function why({ recording: path, request }: WhyRequest): Promise<number> {
  const recording = await readRecording(path);
  console.log(request === undefined ? whyAll(recording) : whyRequest(recording, request));
  return 0;
}
