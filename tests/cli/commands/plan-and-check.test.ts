import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "../../setup/support/scratch.ts";
import { deployment } from "../plans/objects.ts";

const lab = fileURLToPath(new URL("../../../cli/lab.ts", import.meta.url));

/** Runs the lab where there is neither a kubeconfig nor a cache, with `input` as standard input. */
async function run(args: string, input = "") {
  const folder = await scratchFolder();
  const files = {
    "old.yaml": deployment({ spec: "replicas: 3" }),
    "new.yaml": deployment({ spec: "replicas: 3", image: "web:2" }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const result = await execa(process.execPath, [lab, ...args.split(" ")], {
    cwd: folder,
    input,
    reject: false,
    env: { HOME: folder, XDG_CACHE_HOME: join(folder, "cache"), KUBECONFIG: join(folder, "none") },
  });
  return { folder, code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

describe("bin/lab plan", () => {
  test("plans from one file to another: no cluster, no kubeconfig", async () => {
    const { code, stdout, stderr } = await run("plan -f new.yaml --from old.yaml");
    expect(stdout).toContain("a rolling update from 3 pods of web:1 to 3 pods of web:2");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("reads standard input, and plans a creation where nothing says what runs", async () => {
    const { code, stdout } = await run("plan -f -", deployment({ spec: "replicas: 2" }));
    expect(stdout).toContain("Rollout of Deployment/web: 2 pods of web:1 are created.");
    expect(code).toBe(0);
  });

  test("ends with 1 where users meet an outage", async () => {
    const { code, stdout } = await run(
      "plan -f - --set image=web:2",
      deployment({ spec: "replicas: 2\nstrategy: {type: Recreate}" }),
    );
    expect(stdout).toContain("Outage: no pod is ready for");
    expect(code).toBe(1);
  });

  test("ends with 1 where the nodes are too small, and 2 where they are no quantity", async () => {
    const text = deployment({ spec: "replicas: 2", container: "resources: {requests: {cpu: 500m}}" });
    const { code, stdout } = await run("plan -f - --node-cpu 900m", text);
    expect(stdout).toContain("must be lower, or the nodes larger: the rollout does not fit the node");
    expect(code).toBe(1);
    expect((await run("plan -f - --node-cpu 1 --node-memory 8Gi --node-pods 9", text)).code).toBe(0);
    expect(await run("plan -f - --node-cpu much", text)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("--node-cpu: got"),
    });
  });

  test.each([
    ["kind: [", 1],
    ["kind: Ingress\nspec: {rules: [{host: *.example.com}]}", 2],
  ])("ends with 2, and one line, where the input is bad: %j", async (text, line) => {
    const { code, stdout, stderr } = await run("plan -f -", text);
    expect({ code, stdout, lines: stderr.split("\n").length }).toEqual({ code: 2, stdout: "", lines: 1 });
    expect(stderr).toMatch(new RegExp(`^error: standard input:${line}: got no YAML`));
  });

  test("names a context that kubeconfig lacks", async () => {
    const { code, stderr } = await run("plan -f new.yaml --live --context nowhere");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: (--context: got "nowhere", allowed: |kubeconfig cannot be read)/);
  });

  test("plans each namespace by itself", async () => {
    const inNamespace = (name: string) =>
      deployment({ spec: "replicas: 2" }).replace("{name: web}", `{name: web, namespace: ${name}}`);
    const { stdout } = await run("plan -f -", `${inNamespace("a")}---\n${inNamespace("b")}`);
    expect(stdout).toMatch(
      /Namespace a\n\nRollout of Deployment\/web: 2 pods[\s\S]+Namespace b\n\nRollout of Deployment\/web: 2 pods/,
    );
  });

  test("takes -n for the namespace of all objects that name none", async () => {
    const budget =
      "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}\n";
    const { code, stdout } = await run(
      "plan -f - --set image=web:2 -n shop",
      `${deployment({ spec: "replicas: 3" })}---\n${budget}`,
    );
    expect(stdout).toContain("Deployment shop/web");
    expect(stdout).not.toMatch(/default|eviction-budget|drainable/);
    expect(code).toBe(0);
  });

  test("takes a chart's test for no workload, whatever runs", async () => {
    const hook =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: web-test, labels: {app: web}, annotations: {"helm.sh/hook": test}}\nspec: {containers: [{name: app, image: busybox:1}]}\n';
    const chart = `${deployment({ spec: "replicas: 3" })}---\n${hook}`;
    const changed = await run("plan -f - --set image=web:2", chart);
    expect(changed.stdout).toContain("a rolling update from 3 pods of web:1 to 3 pods of web:2");
    expect(changed).toMatchObject({ code: 0, stderr: "" });
    const { folder } = changed;
    await writeFile(join(folder, "chart.yaml"), chart);
    const same = await run(`plan -f ${join(folder, "chart.yaml")} --from - --applied-by helm`, chart);
    expect(same.stdout).toMatch(/^Rollout of Deployment\/web: nothing changes, 3 pods of web:1 stay\./);
    expect(same.stdout).not.toContain("Rollout of Pod/web-test");
    expect(same).toMatchObject({ code: 0, stderr: "" });
  });

  test("prints JSON and Markdown, and draws", async () => {
    const json = JSON.parse((await run("plan -f new.yaml --from old.yaml --json")).stdout);
    expect(json).toMatchObject({
      version: 1,
      isBad: false,
      namespaces: [{ namespace: "default", rollouts: [{ workload: "Deployment/web" }] }],
    });
    const markdown = (await run("plan -f new.yaml --from old.yaml --markdown")).stdout;
    expect(markdown).toMatch(/^## Rollout plan: no outage and no error\n\n### Deployment\/web\n\n- a rolling update/);
    const { folder } = await run("plan -f new.yaml --from old.yaml --svg course.svg");
    const svg = await readFile(join(folder, "course.svg"), "utf8");
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    for (const word of ["Deployment/web in default", "web:1", "web:2"]) expect(svg).toContain(word);
  });

  test("goes by a timing profile, and refuses what is none", async () => {
    const folder = await scratchFolder();
    const timing = {
      version: 1,
      containerStartMs: { least: 100, most: 200 },
      pullMs: 0,
      startApartMs: 10,
      removalMs: 100,
    };
    await writeFile(join(folder, "t.json"), JSON.stringify(timing));
    await writeFile(join(folder, "bad.json"), JSON.stringify({ ...timing, pullMs: "none" }));
    const text = deployment({ spec: "replicas: 1" });
    expect((await run(`plan -f - --timing ${join(folder, "t.json")}`, text)).stdout).toContain(
      "It is done at once once the image is there.",
    );
    const refused = await run(`plan -f - --timing ${join(folder, "bad.json")}`, text);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("/pullMs must be number, allowed: a file that"),
    });
  });
});

describe("bin/lab check", () => {
  test("says the line, the rule and what to write, and counts", async () => {
    const { code, stdout } = await run(
      "check -f -",
      deployment({ spec: "replicas: 2\nstrategy: {rollingUpdate: {maxUnavailable: 2}}" }),
    );
    expect(stdout).toContain(
      "  error unavailable-all: Deployment default/web\n    spec.strategy.rollingUpdate.maxUnavailable must come to less than 2 pods, is 2, which comes to 2\n    Why: A rolling update",
    );
    expect(stdout).toMatch(/\n1 object: 1 error, \d+ warnings, \d+ notes?$/);
    expect(code).toBe(1);
  });

  test("lists the rules", async () => {
    const { code, stdout } = await run("check --rules");
    expect(stdout).toContain("error grace-period\n");
    expect(stdout).not.toContain("graceful-stop");
    expect((await run("check --rules --ours")).stdout).toContain("graceful-stop");
    expect(code).toBe(0);
  });

  test("writes SARIF and JUnit", async () => {
    const { folder, code } = await run("check -f old.yaml --sarif a.sarif --junit a.xml");
    expect(code).toBe(0);
    const sarif = JSON.parse(await readFile(join(folder, "a.sarif"), "utf8"));
    const [result] = sarif.runs[0].results;
    expect(sarif).toMatchObject({ version: "2.1.0", runs: [{ tool: { driver: { name: expect.any(String) } } }] });
    expect(result.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "old.yaml" },
      region: { startLine: expect.any(Number) },
    });
    expect(sarif.runs[0].tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    const junit = await readFile(join(folder, "a.xml"), "utf8");
    expect(junit).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="bin\/lab check" tests="\d+" failures="0"/,
    );
    expect(junit).toContain('<testcase name="non-root" classname="check.anybody"');
  });

  test("refuses a folder that is not there", async () => {
    expect(await run("check -f old.yaml --sarif gone/a.sarif")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("file: got gone/a.sarif, which cannot be written"),
    });
  });
});
