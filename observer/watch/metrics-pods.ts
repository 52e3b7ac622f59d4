import type { Happening, PodSeen } from "../events.ts";

/** Which pods can be asked for their metrics, kept from what is seen of them. */
export type PodBoard = {
  readonly see: (happening: Happening) => void;
  /** Names of the pods whose containers have all started, and that are not on their way out. */
  readonly started: () => readonly string[];
};

/** Makes a board of no pods. */
export function podBoard(): PodBoard {
  const pods = new Map<string, PodSeen>();
  return {
    see(happening) {
      if (happening.type !== "pod") return;
      if (happening.change === "deleted") pods.delete(happening.uid);
      else pods.set(happening.uid, happening);
    },
    started: () => [...pods.values()].filter(isServing).map(({ name }) => name),
  };
}

/** Whoever has not started yet would only refuse to answer, which is no news. */
const isServing = ({ deletionAtMs, containers }: PodSeen): boolean =>
  deletionAtMs === undefined &&
  containers.length > 0 &&
  containers.every(({ state, started }) => state === "running" && started);
