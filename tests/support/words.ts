/** A word that readers do not meet, because another one of the glossary stands for the same thing. */
export type ForbiddenWord = {
  /** Matches the discarded synonym, whatever its case. */
  readonly word: RegExp;
  /** The word of the glossary. */
  readonly say: string;
};

/** Discarded synonyms, by the thing that they would name. A word with a second, honest meaning in this house is not here. */
export const FORBIDDEN: readonly ForbiddenWord[] = [
  { word: /\bscenarios?\b/i, say: "experiment" },
  { word: /\b(assertions?|conjectures?)\b/i, say: "hypothesis" },
  { word: /\b(confirmed|corroborated|upheld)\b/i, say: "held" },
  { word: /\b(disproved|disproven|falsified)\b/i, say: "refuted" },
  { word: /\b(undecided|undecidable|indeterminate|not decided|could not be decided)\b/i, say: "inconclusive" },
  { word: /\b(forecasts?|prognos[ei]s)\b/i, say: "plan" },
  { word: /\b(downtime|blackout)\b/i, say: "outage" },
  { word: /\b(blind spots?|holes? in (a|the) watch)\b/i, say: "gap" },
  { word: /\b(emulat(es?|ed|ion)|rehears(es?|ed|al))\b/i, say: "simulation" },
  { word: /\b(suspicions?|caveats?)\b/i, say: "doubt" },
  { word: /\bstages?\b/i, say: "step" },
  { word: /\broll-outs?\b/i, say: "rollout" },
  { word: /\breadyness\b/i, say: "readiness" },
  { word: /\bbackends? of (a|the) Service\b/i, say: "endpoints" },
  { word: /\b(baseline|control group)\b/i, say: "control" },
];

/** Texts in which a forbidden word stands and may stay for now: `path: word as written`. This may only get shorter. */
export const ALLOWED: readonly string[] = [];
