import type { Outcome } from "../verdicts/outcome.ts";
import type { Verdict } from "../verdicts/verdict.ts";
import type { ReportData } from "./data.ts";

/*
 * The verdicts as JUnit's XML, which CI systems read: one test case for each hypothesis. JUnit knows three ends, and CI must not take
 * what is inconclusive for a success:
 *
 *   held           a test case without anything in it
 *   refuted        <failure>: the claim was examined, and is wrong
 *   inconclusive   <error>: the claim could not be examined
 *
 * Elements and attributes are those of the schema of Apache Ant's JUnit task, in its order; it takes a time without a zone, which
 * is UTC here.
 */

type Outcomes = Readonly<Record<Exclude<Outcome, "held">, string>>;
const ELEMENTS: Outcomes = { refuted: "failure", inconclusive: "error" };

/** Writes the verdicts of a report as JUnit's XML. */
export function junitOf(data: ReportData): string {
  const { verdicts, startedWallMs, durationMs, experiment, stack } = data;
  const of = (outcome: Outcome) => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const name = `${experiment} ${stack}`;
  const counts = { tests: verdicts.length, failures: of("refuted"), errors: of("inconclusive") };
  const seconds = (durationMs / 1000).toFixed(3);
  const suite = {
    name,
    timestamp: new Date(startedWallMs).toISOString().slice(0, 19),
    hostname: "localhost",
    ...counts,
    time: seconds,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites${attributes({ name, ...counts, time: seconds })}>
<testsuite${attributes(suite)}>
<properties/>
${verdicts.map((verdict) => testCase(verdict, name)).join("\n")}
<system-out>${text(data.answer)}</system-out>
<system-err/>
</testsuite>
</testsuites>
`;
}

function testCase({ hypothesis, claim, outcome, sentence }: Verdict, suite: string): string {
  const opened = `<testcase${attributes({ classname: suite, name: `${hypothesis}: ${claim}`, time: "0" })}`;
  if (outcome === "held") return `${opened}/>`;
  const element = ELEMENTS[outcome];
  return `${opened}><${element}${attributes({ type: outcome, message: sentence })}>${text(sentence)}</${element}></testcase>`;
}

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${text(String(value)).replaceAll('"', "&quot;").replaceAll(/\s/g, " ")}"`)
    .join("");

/** Text as XML 1.0 allows it: of the control characters it has tab and line ends alone, not even as references. */
const text = (value: string): string =>
  value
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
