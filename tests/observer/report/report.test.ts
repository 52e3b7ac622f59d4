import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { describe, expect, onTestFinished, test } from "vitest";
import { courseOf } from "../../../observer/course/course.ts";
import { failureRows, latencyFigures, latencyRows } from "../../../observer/course/latency.ts";
import type { Recording } from "../../../observer/events.ts";
import { compactDiff } from "../../../observer/report/plan-section.ts";
import { renderReport, writeReport } from "../../../observer/report/report.ts";
import { dataOf } from "../support/facts-of.ts";
import { claiming, HOSTILE, hostile } from "../support/hostile.ts";
import { crashLoop, empty, interrupted, outage, rolling } from "../support/scenarios.ts";

const parse = (recording: Recording) => parseHTML(renderReport(recording).page).document;
const textOf = (recording: Recording) => parse(recording).body.textContent ?? "";

describe("the page of a report", () => {
  test("goes from the question by the answer to verdicts, figures and method", () => {
    const document = parse(claiming(rolling()));
    expect(document.querySelector(".question")?.textContent).toBe(
      "Do old pods go while new ones come, without a failed request?",
    );
    expect(document.querySelector(".answer")?.textContent).toMatch(/^1 of 3 claims refuted\. .*10/);
    expect([...document.querySelectorAll("h2")].map(({ textContent }) => textContent)).toEqual([
      "Time line",
      "Verdicts",
      "Requests",
      "Plan and course",
      "How it was measured",
      "Cited events",
    ]);
    expect([...document.querySelectorAll(".mark")].map(({ textContent }) => textContent)).toEqual([
      "✓ held",
      "✓ held",
      "✗ refuted",
    ]);
  });

  test("has every event that a verdict links to, once", () => {
    const document = parse(claiming(rolling()));
    const links = [...document.querySelectorAll(".verdicts a")].map((link) => link.getAttribute("href")?.slice(1));
    expect(links.length).toBeGreaterThan(2);
    for (const id of links) expect(document.querySelectorAll(`[id="${id}"]`)).toHaveLength(1);
  });

  test("holds plans against what happened, and shows the diff", () => {
    const text = textOf(rolling());
    expect(text).toContain("Deployment/online-inference");
    expect(text).toMatch(/pods at most\s*10\s*10\s*✓ yes/);
    expect(text).toContain('"online-inference:v1-0a1b2c" => "online-inference:v2-3d4e5f"');
  });

  test("shows what Pulumi changed in a step, and of older recordings what a preview had shown", () => {
    const { header, events } = rolling();
    const diff = "    ~ kubernetes:apps/v1:Deployment: (update)\n      ~ spec: {\n          ~ replicas: 6 => 7";
    const changed = events.map((event) => (event.type === "step-ended" ? { ...event, diff } : event));
    const text = textOf({ header, events: changed });
    expect(text).toContain("~ replicas: 6 => 7");
    expect(text).not.toContain('"online-inference:v1-0a1b2c" => "online-inference:v2-3d4e5f"');
    const withoutOlder = changed.map((event) => (event.type === "plan" ? { ...event, diff: undefined } : event));
    expect(textOf({ header, events: withoutOlder.map((event) => structuredClone(event)) as typeof events })).toContain(
      "~ replicas: 6 => 7",
    );
  });

  test("names pods once where those of the plan went", () => {
    expect(textOf(outage())).toMatch(/replaced\s*online-inference\s*the same\s*✓ yes/);
  });

  test("says how it was measured", () => {
    const text = textOf(rolling());
    expect(text).toContain("node minikube: +0.8 ms ± 1.4 ms");
    expect(text).toContain("3.6 % of one core; ");
    expect(text).not.toContain("goal");
    expect(text).toContain("2 cores, 24 GiB, Linux 6.18");
    expect(text).toContain("pulumi 3.250.0");
    expect(textOf(crashLoop())).toContain("pods from 66.0 to 71.0 s (410 Gone: too old resource version)");
  });

  test.each([
    [
      "0.1.0",
      "0.1.0+24c5607d1c2a",
      "Recorded by version 0.1.0 of the lab, decided by today's rules (version 0.1.0+24c5607d1c2a).",
    ],
    [undefined, "0.1.0", "Recorded by an older version of the lab, decided by today's rules (version 0.1.0)."],
    ["0.1.0+24c5607d1c2a", "0.1.0+24c5607d1c2a", undefined],
    ["0.1.0", undefined, undefined],
  ])("of a recording by lab %s, decided by lab %s, says of the rules: %s", (recorded, today, notice) => {
    const recording = rolling();
    const { lab: _lab, ...versions } = recording.header.versions;
    const header = {
      ...recording.header,
      versions: recorded === undefined ? versions : { ...versions, lab: recorded },
    };
    const rendered = renderReport({ ...recording, header }, today);
    expect(parseHTML(rendered.page).document.querySelector(".notice")?.textContent).toBe(notice);
    expect({ ...rendered, page: "" }).toEqual({ ...renderReport({ ...recording, header }), page: "" });
  });

  test("escapes whatever others named", () => {
    const document = parse(hostile());
    expect(document.querySelectorAll("script, img, iframe")).toHaveLength(0);
    expect(document.querySelector("h1")?.textContent).toBe(HOSTILE);
    expect(document.querySelector("pre")?.textContent).toBe(HOSTILE);
    for (const element of document.querySelectorAll("*"))
      for (const { name } of element.attributes) expect(name).not.toMatch(/^on/);
  });

  test("needs no network and no script", () => {
    const { page } = renderReport(claiming(rolling()));
    expect(page).not.toMatch(/<script|<link[^>]+stylesheet|@import|@font-face/);
    const document = parseHTML(page).document;
    for (const element of document.querySelectorAll("[href], [src]"))
      expect(element.getAttribute("href") ?? element.getAttribute("src")).toMatch(/^(#|data:)/);
  });

  test("is complete without events, and without requests", () => {
    for (const recording of [empty(), interrupted()]) {
      const text = textOf(claiming(recording, []));
      expect(text).toContain("No request was sent.");
      expect(text).toContain("The experiment claims nothing, so there is nothing to decide.");
    }
    expect(textOf(claiming(interrupted()))).toContain("? inconclusive");
  });
});

describe("figures", () => {
  test("are of answers with success only, by nearest rank", () => {
    const requests = courseOf(outage()).requests;
    const figures = latencyFigures(requests);
    const latencies = requests.filter(({ failed }) => !failed).map(({ latencyMs }) => latencyMs);
    expect(figures.maxMs).toBe(Math.max(...latencies));
    expect(latencies.filter((latency) => latency <= (figures.p50Ms ?? 0)).length / latencies.length).toBeCloseTo(
      0.5,
      2,
    );
    expect(latencyFigures([])).toEqual({ requests: 0, failed: 0 });
  });

  test("of releases and of connections add up to all requests", () => {
    const { requests } = courseOf(outage());
    const rows = latencyRows(requests);
    const sum = (chosen: typeof rows) => chosen.reduce((total, row) => total + row.requests, 0);
    expect(sum(rows.filter(({ connection }) => connection === "both"))).toBe(requests.length);
    expect(sum(rows.filter(({ connection }) => connection !== "both"))).toBe(requests.length);
    expect(rows.map(({ release }) => release)).toContain("no answer");
  });

  test("of failures name what the client saw", () => {
    const rows = failureRows(courseOf(outage()).requests);
    expect(rows.map(({ what, connection }) => `${what} ${connection}`).toSorted()).toEqual([
      "ECONNREFUSED fresh",
      "ECONNRESET kept",
    ]);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(latencyFigures(courseOf(outage()).requests).failed);
  });

  test("of an answer that is wrong, and of one that is an error, differ", () => {
    const [one] = courseOf(rolling()).requests;
    if (!one) throw new Error("the scenario has no request");
    const rows = failureRows([
      { ...one, failed: true, correct: false },
      { ...one, failed: true, status: 503, correct: false },
    ]);
    expect(rows.map(({ what }) => what)).toEqual(["wrong answer", "status 503"]);
  });
});

describe("answers", () => {
  const answer = (recording: Recording) => dataOf(recording).answer;
  const [failures, ready, bound] = claiming(rolling()).header.hypotheses;
  if (!failures || !ready || !bound) throw new Error("the scenario has three claims");

  test("name what held, and what users saw of it", () => {
    expect(answer(claiming(rolling(), [failures, ready]))).toMatch(
      /^All 2 claims held\. .*4.*\. 0 of .* requests failed: at most .*\.$/,
    );
    expect(answer(claiming(rolling(), [ready]))).toMatch(/^The only claim held\. /);
  });

  test("name what is refuted before anything else", () => {
    expect(answer(claiming(outage()))).toMatch(/^\d of 3 claims refuted\. .* requests failed/);
  });

  test("say when nothing could be decided", () => {
    expect(answer(claiming(empty()))).toMatch(/^Nothing is refuted, but 3 of 3 claims are inconclusive\. /);
  });
});

describe("a preview's diff", () => {
  const diff = `Previewing update (rolling):
  pulumi:pulumi:Stack: (same)
    [urn=urn:pulumi:rolling]
Rollout of Deployment/online-inference: 6 pods go.
  No outage.
    ~ kubernetes:policy/v1:PodDisruptionBudget: (refresh)
        [urn=urn:pulumi:budget]
      ~ metadata  : {
          ~ generation: 1 => 2
    + docker:index/image:Image: (create)
        [urn=urn:pulumi:image]
        context: "/somewhere"
Deployment initialization complete
    ~ kubernetes:apps/v1:Deployment: (update)
        [id=ns/online-inference]
        [urn=urn:pulumi:deployment]
        [provider=urn:pulumi:provider]
      ~ spec: {
          ~ image: "v1" => "v2"
        }
    --outputs:--
  ~ release   : "v1" => "v2"
Resources:
    ~ 2 to update
    9 unchanged`;

  test("keeps what changes and leaves out what is only read", () => {
    expect(compactDiff(diff)).toBe(`    + docker:index/image:Image: (create)
    ~ kubernetes:apps/v1:Deployment: (update)
        [id=ns/online-inference]
      ~ spec: {
          ~ image: "v1" => "v2"
        }
Resources:
    ~ 2 to update
    9 unchanged`);
  });

  test("of another form stays as it is", () => {
    expect(compactDiff("something else\n")).toBe("something else");
  });
});

describe("files of a report", () => {
  const written = async (recording: Recording) => {
    const folder = await mkdtemp(join(tmpdir(), "report-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { files } = await writeReport(folder, recording);
    return Promise.all([files.html, files.json, files.svg, files.png].map((path) => readFile(path)));
  };

  test("are the same bytes for the same recording", async () => {
    const [first, second] = [await written(claiming(crashLoop(), [])), await written(claiming(crashLoop(), []))];
    expect(first).toEqual(second);
  });

  test("hold the data that the page shows", async () => {
    const recording = claiming(rolling());
    const [page, json, svg, png] = await written(recording);
    expect(JSON.parse(String(json))).toEqual(JSON.parse(JSON.stringify(dataOf(recording))));
    expect(String(page)).toContain(String(svg));
    expect(png?.subarray(1, 4).toString()).toBe("PNG");
  });
});
