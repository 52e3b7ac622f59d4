import { join } from "node:path";
import type { StreamingTransport } from "../../observer/api-server.ts";
import type { Happening } from "../../observer/events.ts";
import { RECORDING_FILE } from "../../observer/recording/reader.ts";
import { type HeaderFacts, type Recorder, tap } from "../../observer/recording/recorder.ts";
import type { Observation, Progress } from "../../observer/run/conduct.ts";
import type { WatchTarget } from "../../observer/watch/cluster.ts";
import type { ObservationEffects } from "./open-session.ts";
import type { ShownStep } from "./view.ts";

/** What recording needs, whatever is watched and whoever drives the change. */
export interface RecordedSession {
  /** Folder of the new recording. */
  readonly folder: string;
  /** What is known before the first step; asked for once. */
  readonly header: () => Promise<HeaderFacts>;
  readonly steps: readonly ShownStep[];
  readonly transport: StreamingTransport;
  readonly target: WatchTarget;
  /** Container port of the lab's own service, for its figures; absent for services of others. */
  readonly port?: number;
  readonly effects: Pick<ObservationEffects, "clock" | "startRecording" | "startObserver" | "view">;
  readonly signal: AbortSignal;
  /** Ends the session as Ctrl-C does. */
  readonly abort: () => void;
  readonly note: (line: string) => void;
  /** Sees all that is recorded, before it is. */
  readonly see: (happening: Happening) => void;
  /** Begins to record what else happens beside the cluster; ended after the steps. */
  readonly hear?: (recorder: Recorder) => Disposable;
  readonly takeSteps: (recorder: Recorder, onProgress: (progress: Progress) => void) => Promise<Observation>;
}

/**
 * Takes the steps while the observer watches the cluster, and records it all. Whatever happens, every part that was started is
 * ended, the last one first.
 * @throws {UserError} that says why the recording cannot begin.
 */
export async function recordSession(session: RecordedSession): Promise<Observation> {
  const { folder, steps, transport, target, port, effects, signal, abort, note, see } = session;
  const { clock } = effects;
  await using begun = new AsyncDisposableStack();
  const header = await session.header();
  const recording = begun.adopt(
    effects.startRecording({
      file: join(folder, RECORDING_FILE),
      header,
      clock,
      onFailure: ({ message }) => {
        note(message);
        abort();
      },
    }),
    (one) => one.close(),
  );
  const recorder = tap(recording, see);
  const view = begun.adopt(effects.view(steps), (one) => one.end());
  const observed = { transport, target, ...(port !== undefined && { port }), recorder, clock };
  begun.adopt(await effects.startObserver(observed), (one) => one.stop({ inAHurry: signal.aborted }));
  if (session.hear) begun.use(session.hear(recorder));
  return await session.takeSteps(recorder, view.onProgress);
}

/** A folder's name for a time, `2026-03-14T09-30-00Z`: it sorts by time and is valid on every file system. */
export const folderName = (time: Date): string => `${time.toISOString().slice(0, 19).replaceAll(":", "-")}Z`;
