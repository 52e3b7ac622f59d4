import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { withSetValues } from "../../../cli/objects/set-values.ts";
import { isBad, type NamespacePlan } from "../../../cli/plans/plan-objects.ts";
import { planReport, reportJson, reportMarkdown, reportText } from "../../../cli/plans/plan-report.ts";
import { deployment, fixture, objects, planFrom } from "./objects.ts";

const CHARTS = (await readdir(new URL("../../fixtures/charts", import.meta.url))).sort();

/** The plan of another image for a Deployment of a public chart. */
async function planOf(chart: string): Promise<NamespacePlan> {
  const old = await fixture(`charts/${chart}`);
  return planFrom(old, withSetValues(old, `image=registry.example/${chart.replace(".yaml", "")}:2`));
}

/** What a lab of ours says of its own pods, stacks and tools. */
const OURS =
  /DRAIN_MS|FAULT_|-broken|pulumi|\bconfig\b|online-inference|minikube|\bstacks?\b|bin\/lab|cpuRequest|experiment|Node\.js|NodePort/i;

test("there are ten", () => {
  expect(CHARTS).toHaveLength(10);
});

test.each(CHARTS)("the plan of %s says nothing that is ours", async (chart) => {
  const planned = await planOf(chart);
  for (const appliedBy of ["kubectl", "helm"] as const) {
    const report = planReport([planned], appliedBy);
    for (const text of [reportText(report), reportMarkdown(report), reportJson(report)]) {
      expect(text).toContain(chart.replace(".yaml", ""));
      expect(text).not.toMatch(OURS);
    }
  }
});

test("variables and labels that mean something in our pods mean nothing in others", () => {
  const ours = deployment({
    spec: "replicas: 2",
    container:
      "startupProbe: {httpGet: {path: /, port: 8080}, failureThreshold: 2}\nenv: [{name: FAULT_START_DELAY_MS, value: '99000'}, {name: DRAIN_MS, value: '20000'}]",
  });
  const labelled = ours.replace("labels: {app: web}", 'labels: {app: web, app.kubernetes.io/version: "v3-broken"}');
  const [plain] = planFrom(
    undefined,
    objects(
      deployment({
        spec: "replicas: 2",
        container: "startupProbe: {httpGet: {path: /, port: 8080}, failureThreshold: 2}",
      }),
    ),
  ).plans;
  const [other] = planFrom(undefined, objects(labelled)).plans;
  expect(other).not.toHaveProperty("stops");
  expect(other?.durationMs).toEqual(plain?.durationMs);
});

test("what each chart's change comes to", async () => {
  const texts: string[] = [];
  for (const chart of CHARTS) {
    const planned = await planOf(chart);
    const text = reportText(planReport([planned], "kubectl"));
    texts.push(`# ${chart}: exit code ${isBad(planned) ? 1 : 0}\n${text.replace(/^ {4}Why: .*\n?/gm, "")}\n`);
  }
  await expect(texts.join("\n")).toMatchFileSnapshot("snapshots/charts.txt");
});

test("the pods of a model server may start for longer than the deadline allows: vLLM's chart", async () => {
  const { problems } = await planOf("vllm.yaml");
  expect(problems.find(({ rule }) => rule === "deadline-before-start")).toMatchObject({
    level: "error",
    path: "spec.progressDeadlineSeconds",
    message: "must exceed 615, which the startup probe (615 s) allows, is 600 by default",
  });
});
