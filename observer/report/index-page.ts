import { OUTCOME_WORDS, OUTCOMES } from "../verdicts/outcome.ts";
import type { Verdict } from "../verdicts/verdict.ts";
import { count, figure } from "../words.ts";
import type { ReportData } from "./data.ts";
import { type Html, html } from "./html.ts";
import { page, scroll } from "./page.ts";

/** A report for the index. `html` and `thumbnail` are paths relative to the index page, with `/` between folders. */
export type IndexedReport = { readonly data: ReportData; readonly html: string; readonly thumbnail: string };

/** An experiment without a report, and the reason. */
export type MissingReport = { readonly experiment: string; readonly why: string };

/** A page with a row for each report (question, answer, numbers of verdicts, time line, link) and for each missing one. */
export function indexPage(reports: readonly IndexedReport[], missing: readonly MissingReport[] = []): string {
  const verdicts = reports.flatMap(({ data }) => data.verdicts);
  return page(
    "Rollouts observed",
    html`<header><h1>Rollouts observed</h1>
<p class="faint">${count(reports.length, "experiment")}, ${countsOf(verdicts)}</p></header>
<main>
${scroll(
  "Experiments",
  html`<table class="index"><caption>What each experiment asked and what was seen</caption>
<thead><tr><th scope="col">experiment</th><th scope="col">question and answer</th><th scope="col">verdicts</th><th scope="col" class="number">failed requests</th><th scope="col">time line</th></tr></thead>
<tbody>${reports.map(row)}${missing.map(missingRow)}</tbody></table>`,
)}
</main>`,
  );
}

const row = ({ data, html: link, thumbnail }: IndexedReport): Html =>
  html`<tr><th scope="row"><a href="${encodeURI(link)}">${data.title}</a><br><span class="faint">${data.experiment}</span></th>
<td class="text"><p>${data.question}</p><p><strong>${data.answer}</strong></p></td>
<td>${countsOf(data.verdicts)
    .split(", ")
    .map((part) => html`${part}<br>`)}</td>
<td class="number">${figure(data.requests.failed)} of ${figure(data.requests.requests)}</td>
<td><a href="${encodeURI(link)}"><img src="${encodeURI(thumbnail)}" width="260" alt="Time line of ${data.title}"></a></td></tr>\n`;

const missingRow = ({ experiment, why }: MissingReport): Html =>
  html`<tr><th scope="row">${experiment}</th><td class="text" colspan="4">no report: ${why}</td></tr>\n`;

function countsOf(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return "no claims";
  return OUTCOME_WORDS.map((word) => ({ word, number: verdicts.filter(({ outcome }) => outcome === word).length }))
    .filter(({ word, number }) => word === "held" || number > 0)
    .map(({ word, number }) => `${OUTCOMES[word].sign} ${number} ${word}`)
    .join(", ");
}
