import Type from "typebox";

/** Id of a step. */
export const STEP = Type.String({ minLength: 1 });
/** Name of a release. */
export const RELEASE = Type.String({ minLength: 1 });
/** A number of pods or times. */
export const COUNT = Type.Integer({ minimum: 0 });
/** A duration in milliseconds. */
export const MILLISECONDS = Type.Number({ minimum: 0 });
/** A share of 0..1. */
export const SHARE = Type.Number({ minimum: 0, maximum: 1 });
/** A factor or a difference. */
export const NOT_NEGATIVE = Type.Number({ minimum: 0 });
