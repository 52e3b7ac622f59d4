import type { V1Deployment, V1Service } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { helm } from "../../stacks/helm.ts";
import type { ChartDeclaration, Declaration, Pull } from "../../stacks/objects/declaration.ts";
import { parseSettings } from "../../stacks/settings/parse.ts";
import { only, render } from "./helm.ts";

const isChart = (declaration: Declaration): declaration is ChartDeclaration => "chart" in declaration;

test.each([
  [{}, { policy: "Never" }],
  [
    { logLevel: "debug", maxRows: "500", drainSeconds: "0", preStopSeconds: "0" },
    { policy: "Always", secret: "registry" },
  ],
  [{ replicas: "6", maxSurge: "100%", maxUnavailable: "2", minReadySeconds: "3" }, { policy: "Never" }],
] as [Record<string, string>, Pull][])(
  "the stack plans with the very Deployment and Service that its chart makes: %j, %j",
  async (values, pull) => {
    const declarations = helm.resources({
      stack: "helm",
      experiment: "helm",
      release: "v2",
      namespace: "default",
      nodePort: 30_058,
      image: (release) => `127.0.0.1:5000/online-inference:${release}-abc`,
      pull,
      settings: parseSettings(helm.settings, values),
    });
    const [declaration, ...more] = declarations.filter(isChart);
    if (!declaration || more.length > 0) throw new Error("one chart is expected");
    const { chart, workloads, services } = declaration;
    const rendered = await render(chart.values, chart.release);
    const deployment = only<V1Deployment>(rendered, "Deployment");
    expect(workloads.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ["Deployment", deployment.metadata.name],
    ]);
    expect(workloads[0]?.spec).toEqual(deployment.spec);
    const { metadata, spec } = only<V1Service>(rendered, "Service");
    expect(services).toEqual([{ metadata: { name: metadata.name }, spec: { selector: spec?.selector } }]);
  },
);
