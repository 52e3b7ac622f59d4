import type { Applier } from "../../plan/plan-context.ts";
import type { RolloutPlan } from "../../plan/rollout-plan.ts";
import { workloadName } from "../../plan/rollout-plan.ts";
import { serviceSentences, tellingServices } from "../../plan/service-text.ts";
import { planSentences } from "../../plan/text.ts";
import { isAboutRollouts, type Problem } from "../../policy/rules.ts";
import type { NotPlanned } from "../objects/not-planned.ts";
import { courseLines } from "./course-text.ts";
import { isBad, mayHaveOutage, type NamespacePlan } from "./plan-objects.ts";
import { problemLines } from "./problem-lines.ts";
import { type Waiting, waitingFor } from "./waiting.ts";

/** A workload's change, ready to be shown. */
type ShownRollout = {
  readonly workload: string;
  readonly sentences: readonly string[];
  readonly waiting?: Waiting;
  readonly plan: RolloutPlan;
};

/** What `plan` says, whatever the form. */
export type PlanReport = {
  readonly namespaces: readonly {
    readonly namespace: string;
    readonly rollouts: readonly ShownRollout[];
    /** What users of a Service meet, where no workload alone says it. */
    readonly services: readonly (readonly string[])[];
    readonly problems: readonly Problem[];
  }[];
  readonly notPlanned: readonly NotPlanned[];
  readonly isBad: boolean;
  /** Whether users may meet an outage, for certain or not. */
  readonly mayHaveOutage: boolean;
};

export const planReport = (planned: readonly NamespacePlan[], appliedBy: Applier): PlanReport => ({
  namespaces: planned
    .filter(({ plans, services, problems }) => plans.length + services.length + problems.length > 0)
    .map(({ namespace, plans, services, problems }) => ({
      namespace,
      rollouts: plans.map((plan) => {
        const waiting = waitingFor(plan, namespace, appliedBy);
        return {
          workload: workloadName(plan),
          sentences: planSentences(plan, services),
          ...(waiting && { waiting }),
          plan,
        };
      }),
      services: tellingServices(services, plans).map((service) => serviceSentences(service, plans)),
      problems,
    })),
  notPlanned: planned.flatMap(({ notPlanned }) => notPlanned),
  isBad: planned.some(isBad),
  mayHaveOutage: planned.some(mayHaveOutage),
});

/** The report for a terminal. */
export function reportText({ namespaces, notPlanned }: PlanReport): string {
  const several = namespaces.length > 1;
  const blocks = namespaces.flatMap(({ namespace, rollouts, services, problems }) => [
    ...(several ? [`Namespace ${namespace}`] : []),
    ...rollouts.map(rolloutText),
    ...services.map((lines) => lines.join("\n  ")),
    ...(problems.length > 0 ? [["Problems:", ...shortLines(problems)].join("\n")] : []),
  ]);
  return [...(blocks.length > 0 ? blocks : ["No workload to plan."]), ...notPlannedText(notPlanned)].join("\n\n");
}

function rolloutText({ workload, sentences, waiting, plan }: ShownRollout): string {
  const [headline = "", ...details] = sentences;
  const course = courseLines(plan.frames ?? []);
  const wait = waiting ? [`Wait for up to ${waiting.seconds} s (${waiting.why}):`, `  ${waiting.command}`] : [];
  const indented = [...details, ...(course.length > 0 ? ["", ...course, ""] : []), ...wait].map((line) =>
    line ? `  ${line}` : "",
  );
  return [`Rollout of ${workload}: ${headline}`, ...indented].join("\n").trimEnd();
}

/** Problems of a rollout, and of the others the names of their rules, since no user notices them by a rollout. */
function shortLines(problems: readonly Problem[]): readonly string[] {
  const others = problems.filter(({ rule, level }) => level !== "error" && !isAboutRollouts(rule));
  const byObject = Map.groupBy(others, ({ object }) => object);
  return [
    ...problemLines(problems.filter((problem) => !others.includes(problem))),
    ...[...byObject].map(([object, its]) => {
      const rules = [...new Set(its.map(({ rule }) => rule))];
      return `  warning of other rules: ${object}\n    ${rules.join(", ")}: the command check says what to write`;
    }),
  ];
}

const notPlannedText = (notPlanned: readonly NotPlanned[]): readonly string[] =>
  notPlanned.length === 0
    ? []
    : [["Not planned:", ...notPlanned.map(({ object, why }) => `  ${object} (${why})`)].join("\n")];

/** The report as Markdown, for a comment on a pull request. */
export function reportMarkdown({ namespaces, notPlanned, ...found }: PlanReport): string {
  const several = namespaces.length > 1;
  const blocks = namespaces.flatMap(({ namespace, rollouts, services, problems }) => [
    ...(several ? [`## Namespace ${namespace}`] : []),
    ...rollouts.flatMap(({ workload, sentences, waiting, plan }) => {
      const course = courseLines(plan.frames ?? []);
      return [
        `### ${workload}`,
        sentences.map((sentence) => `- ${escaped(sentence)}`).join("\n"),
        ...(course.length > 0 ? [`\`\`\`\n${course.join("\n")}\n\`\`\``] : []),
        ...(waiting
          ? [`Wait for up to ${waiting.seconds} s (${waiting.why}):\n\n\`\`\`sh\n${waiting.command}\n\`\`\``]
          : []),
      ];
    }),
    ...services.map((lines) => lines.map((line) => `- ${escaped(line)}`).join("\n")),
    ...(problems.length > 0 ? [problemTable(problems)] : []),
  ]);
  const rest = notPlanned.map(({ object, why }) => `- ${object} (${escaped(why)})`);
  return [
    `## Rollout plan: ${headingOf(found)}`,
    ...blocks,
    ...(rest.length > 0 ? [`Not planned:\n\n${rest.join("\n")}`] : []),
  ].join("\n\n");
}

function headingOf({ isBad: bad, mayHaveOutage: may }: Pick<PlanReport, "isBad" | "mayHaveOutage">): string {
  if (bad) return "users notice it, or it fails";
  return may ? "an outage is possible, and no error" : "no outage and no error";
}

const problemTable = (problems: readonly Problem[]): string =>
  [
    "| level | rule | where | what to write | why |",
    "|---|---|---|---|---|",
    ...problems.map(({ level, rule, object, path, message, why }) =>
      [level, `\`${rule}\``, `${object}: \`${path}\``, escaped(message), escaped(why)]
        .join(" | ")
        .replace(/^.*$/s, "| $& |"),
    ),
  ].join("\n");

/** Text in which Markdown finds nothing of its own. */
const escaped = (text: string): string => text.replace(/[\\|<>*_`[\]]/g, "\\$&");

/** The report as JSON; a duration without an end is null. */
export const reportJson = (report: PlanReport): string => JSON.stringify({ version: 1, ...report }, undefined, 2);
