import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { RecordingHeader } from "../events.ts";

/**
 * Gives a closed recording another header. What a step is going to do depends on what the one before it left behind, so that all
 * plans are known only at the end. Whoever is killed on the way leaves the recording as it was.
 */
export function rewriteHeader(file: string, header: RecordingHeader): void {
  const content = readFileSync(file);
  const part = `${file}.part`;
  try {
    writeFileSync(part, Buffer.concat([Buffer.from(JSON.stringify(header)), content.subarray(content.indexOf("\n"))]));
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
