import { LONGEST_WAIT_HOURS } from "../../observer/run/change-limit.ts";
import { duration } from "../../observer/words.ts";
import type { ObservationView, ShownStep } from "../observation/view.ts";
import { roughDuration } from "../progress.ts";

/**
 * Tells in plain lines how far a watch is: the user's command may write to the same terminal. `hasCommand`: whether a command
 * makes the change, or somebody else is waited for.
 */
export function watchView(
  steps: readonly ShownStep[],
  note: (line: string) => void,
  hasCommand: boolean,
): ObservationView {
  const [before, change] = steps;
  return {
    onProgress({ step, doing, usuallyMs, operationMs = 0, message }) {
      const title = steps.find(({ id }) => id === step)?.title;
      if (title === undefined) return;
      const isBefore = step === before?.id;
      if (doing === "operating" && step === change?.id) note(`${title} begins`);
      if (doing === "observing" && usuallyMs)
        note(
          `${title} (${roughDuration(usuallyMs)}${isBefore && !hasCommand ? `, then until somebody changes it, for ${LONGEST_WAIT_HOURS} h at most; Ctrl-C ends it` : ""})`,
        );
      if (doing === "ended" && step === change?.id)
        note(`${title} ${message === undefined ? `is over: ${duration(operationMs)}` : `ends: ${message}`}`);
    },
    end: async () => {},
  };
}
