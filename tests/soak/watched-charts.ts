import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { V1Deployment, V1Probe, V1Service } from "@kubernetes/client-node";
import { execa } from "execa";
import { parseAllDocuments } from "yaml";
import { handleInterrupt, wasInterrupted } from "../../cli/interrupt.ts";
import { courseOf } from "../../observer/course/course.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { comparePlans } from "../../observer/verdicts/plan-comparison.ts";
import { profile, project } from "../cluster/support/lab.ts";
import { ownImage, servicesIn } from "../cluster/support/watched-service.ts";

/*
 * Deployments with the rollout fields of public charts (tests/fixtures/charts), with the lab's own image in their place, through
 * `bin/lab watch`: each gets another template, and the plan that was made of the change is held against what was recorded.
 *
 *   npm run watch:charts -- [CHART…]        by default traefik, istiod and backend-listen
 *
 * It uses the namespace `watched-charts`, which it deletes at the end.
 */

const NAMESPACE = "watched-charts";
const { inNamespace, watch } = servicesIn(NAMESPACE);
const DEFAULTS = ["traefik", "istiod", "backend-listen"];
const PORT = 8050;
const REQUEST = { path: "/liveness", answeredBy: "header:x-pod", expect: ["status=200"] };

/** A chart's Deployment and Service with an image that is there. All fields by which a rollout goes stay as they are. */
async function withOwnImage(chart: string, image: string): Promise<readonly object[]> {
  const text = await readFile(join(project, "tests/fixtures/charts", `${chart}.yaml`), "utf8");
  return parseAllDocuments(text).map((document) => {
    const object = document.toJS() as { readonly kind: string } & V1Deployment & V1Service;
    if (object.kind === "Service") {
      return { ...object, spec: { ...object.spec, type: "NodePort", ports: [{ port: 80, targetPort: PORT }] } };
    }
    for (const container of object.spec?.template.spec?.containers ?? []) {
      container.image = image;
      container.ports = [{ containerPort: PORT }];
      container.resources = { requests: { cpu: "20m", memory: "64Mi" } };
      if (container.startupProbe) container.startupProbe = asking(container.startupProbe);
      container.readinessProbe = asking(container.readinessProbe ?? {});
      // A program of the chart's image; ours closes its port after DRAIN_MS.
      if (container.lifecycle?.preStop?.exec) delete container.lifecycle;
    }
    return object;
  });
}

const asking = ({ httpGet: _, exec: __, tcpSocket: ___, ...times }: V1Probe): V1Probe => ({
  ...times,
  httpGet: { path: "/readiness", port: PORT },
});

/** Watches one chart's change; resolves with the rows of the plan that did not come true, undefined where there is no report. */
async function watchChart(chart: string): Promise<readonly string[] | undefined> {
  const change = ["kubectl", "set", "env", `deployment/${chart}`, "CHANGE=1", "--namespace", NAMESPACE];
  const { exitCode, all } = await watch(`deployment/${chart}`, REQUEST, ["--rate", "20", "--", ...change]);
  const folder = /^report: (\S+);/m.exec(all)?.[1];
  if (folder === undefined) {
    console.log(`${chart}: exit code ${exitCode}\n${all}`);
    return undefined;
  }
  const recording = await readRecording(join(project, folder));
  const comparisons = comparePlans(recording, courseOf(recording));
  const rows = comparisons.flatMap((comparison) => comparison.rows);
  console.log(`${chart}: exit code ${exitCode}; ${folder}`);
  for (const { what, planned, observed, agrees } of rows) {
    console.log(`   ${agrees ? "as planned" : "NOT as planned"}: ${what}: planned ${planned}, observed ${observed}`);
  }
  if (rows.length === 0) return undefined;
  return rows.filter(({ agrees }) => !agrees).map(({ what }) => what);
}

const { positionals } = parseArgs({ allowPositionals: true });
const charts = positionals.length > 0 ? positionals : DEFAULTS;
handleInterrupt();
const image = await ownImage();
await execa("kubectl", ["--context", profile, "create", "namespace", NAMESPACE], { reject: false });
try {
  let wrong = 0;
  for (const chart of charts) {
    if (wasInterrupted()) break;
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: await withOwnImage(chart, image) });
    await execa("kubectl", ["--context", profile, "--namespace", NAMESPACE, "apply", "-f", "-"], { input });
    await inNamespace("rollout", "status", `deployment/${chart}`, "--timeout=180s");
    if ((await watchChart(chart))?.length !== 0) wrong += 1;
    await inNamespace("delete", `deployment/${chart}`, `service/${chart}`, "--wait=true");
  }
  console.log(`${charts.length - wrong} of ${charts.length} plans came true`);
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  await execa("kubectl", ["--context", profile, "delete", "namespace", NAMESPACE, "--wait=false"], {
    reject: false,
  });
}
