import Type, { type Static } from "typebox";

/* What a comparison writes down of its runs, so that it can be gone on with. It is part of the format on disk, as events.ts is. */

const Texts = Type.Record(Type.String(), Type.String());

/** All that must be the same in every run of a comparison. */
const ComparedOrderSchema = Type.Object({
  strategies: Type.Array(Type.String()),
  repeat: Type.Integer({ minimum: 1 }),
  settings: Texts,
  releases: Texts,
  ratePerSecond: Type.Number(),
  atMostShare: Type.Number(),
  observeAtLeastMs: Type.Number(),
  loadFrom: Type.Optional(Type.String()),
  /** Version of the lab. */
  lab: Type.String(),
  /** Key of the lab's sources, and of what its image and its chart are made of; absent in runs of versions that did not know it. */
  sources: Type.Optional(Type.String()),
});

export type ComparedOrder = Readonly<Static<typeof ComparedOrderSchema>>;

/** The content of runs.json in the folder of a comparison. */
export const ComparedRunsSchema = Type.Object({
  format: Type.Literal(1),
  startedWallMs: Type.Number(),
  order: ComparedOrderSchema,
  seed: Type.Integer(),
  /** Whether no run is missing any more. */
  isComplete: Type.Boolean(),
  /** The runs that are done, in their order. */
  runs: Type.Immutable(
    Type.Array(
      Type.Object({
        round: Type.Integer({ minimum: 1 }),
        strategy: Type.String(),
        isControl: Type.Boolean(),
        /** Folder of the recording, from the checkout on, with slashes. */
        folder: Type.String(),
      }),
    ),
  ),
});

export type ComparedRuns = Readonly<Static<typeof ComparedRunsSchema>>;
