import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../../common/user-error.ts";
import { readRecording, recordingFile } from "../../observer/recording/reader.ts";
import { type Command, commandContext } from "../command.ts";
import { conclude } from "../observation/conclusion.ts";

/** Decides a recording anew and redraws its report beside it; needs neither cluster nor set-up. */
export const report: Command = {
  usage: "report RECORDING",
  summary: "redraw a report from its recording alone",
  run: async (args) => {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) {
      throw new UserError(
        `recording: got ${JSON.stringify(positionals.join(" "))}, allowed: one folder or file of a recording, ` +
          "for example: bin/lab report reports/pod/<time>",
      );
    }
    const file = await recordingFile(path);
    return (await conclude(dirname(file), await readRecording(file), commandContext())).code;
  },
};
