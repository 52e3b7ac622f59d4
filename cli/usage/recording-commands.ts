import Type from "typebox";
import { DECIDED, INTERRUPTED } from "./exit-codes.ts";
import { defineUsage } from "./usage.ts";

export const report = defineUsage({
  name: "report",
  synopsis: "RECORDING",
  summary: "redraw a report from its recording alone",
  description:
    "Decides the hypotheses of a recording anew, by today's rules, and writes its report beside it. It needs neither cluster " +
    "nor set-up.",
  arguments: [{ term: "RECORDING", what: "The folder of a report, or the events.ndjson in it." }],
  flags: Type.Object({
    timing: Type.Optional(
      Type.String({
        minLength: 1,
        placeholder: "FILE",
        allowed: "a path",
        description: "Also write how long this cluster takes to start and stop pods, for plan --timing",
      }),
    ),
  }),
  takesSettings: false,
  examples: [
    { term: "bin/lab report reports/pod/2026-03-14T09-30-00Z", what: "The report of an observation." },
    { term: "bin/lab report reports/pod/2026-03-14T09-30-00Z/events.ndjson", what: "The same, by its file." },
  ],
  exitCodes: DECIDED.map((one) => (one.code === 1 ? { code: 1, what: "a hypothesis was refuted" } : one)),
});

export const why = defineUsage({
  name: "why",
  synopsis: "RECORDING [--request ID]",
  summary: "why requests of a recording failed, and what would cover it",
  description:
    "Gives every failed request of a recording one cause of a closed list, with the events that show it, the field of the " +
    "manifest that decides it, and what would cover it; what nothing explains is told as unexplained. Where pods went while " +
    "others served, it says what draining needs. It needs neither cluster nor set-up.",
  arguments: [{ term: "RECORDING", what: "The folder of a report, or the events.ndjson in it." }],
  flags: Type.Object({
    request: Type.Optional(
      Type.Integer({
        minimum: 1,
        placeholder: "ID",
        description: "Only this request, by the id of its event, with all that shows it",
      }),
    ),
  }),
  takesSettings: false,
  examples: [
    { term: "bin/lab why reports/rolling/2026-03-14T09-30-00Z", what: "All causes of an observation." },
    {
      term: "bin/lab why tests/fixtures/recordings/recreate.ndjson",
      what: "Those of a recording that the tests have.",
    },
  ],
  exitCodes: [
    { code: 0, what: "it could answer" },
    { code: 2, what: "the recording cannot be read, or the request is none that failed" },
    INTERRUPTED,
  ],
});
