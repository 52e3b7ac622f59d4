import type { Card } from "./card-schema.ts";

/** The values that a feature may have: `type` is "integer" or "number", the bounds belong to it. */
export interface Column {
  readonly name: string;
  readonly type: "integer" | "number";
  readonly minimum: number;
  readonly maximum: number;
  /** The only values that are taken, where not all in the range are. */
  readonly values?: readonly number[];
  readonly description?: string;
  /** A value for the documentation. */
  readonly example: number;
}

/** A class that the model tells from others. */
export interface ModelClass {
  /** What the model's label says. */
  readonly label: number;
  readonly name?: string;
}

/** What a model takes and gives. */
export interface Signature {
  /** In the order of the model's input tensor. */
  readonly columns: readonly Column[];
  /** In the order of the model's probabilities. */
  readonly classes: readonly ModelClass[];
  /** The probabilities of a row's answer: that of the second of two classes, else one for each class. */
  readonly probabilitiesPerRow: number;
}

const ZERO_AND_ONE: ModelClass[] = [{ label: 0 }, { label: 1 }];

/** The signature of a card's model. */
export function signatureOf({ features, classes = ZERO_AND_ONE, selfCheck }: Card): Signature {
  return {
    columns: features.map(({ name, type, minimum, maximum, values, description, unit, example }) => {
      const text = [description, unit && `in ${unit}`].filter(Boolean).join(", ");
      return {
        name,
        type,
        minimum,
        maximum,
        ...(values && { values }),
        ...(text && { description: text }),
        example: example ?? (selfCheck.features[name] as number),
      };
    }),
    classes,
    probabilitiesPerRow: classes.length === 2 ? 1 : classes.length,
  };
}

/** The names of a signature's features. */
export function namesOf({ columns }: Pick<Signature, "columns">): readonly string[] {
  return columns.map(({ name }) => name);
}
