import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { NODE_PORTS, PLAYGROUND_NODE_PORT, TAKEN_NODE_PORTS } from "../../../common/lab-node-ports.ts";
import { UserError } from "../../../common/user-error.ts";
import { freeNodePort, newExperiment, requireNewName } from "../../../stacks/template/scaffold.ts";
import { template } from "../../../stacks/template/template.ts";

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), "utf8");
const texts = {
  template: await read("stacks/template/template.ts"),
  index: await read("stacks/index.ts"),
  readme: await read("README.md"),
  stackFile: "config:\n  online-inference:release: v2\nencryptionsalt: v1:abc=\n",
};

const NAME = "slow-start";

/** The lines of a text that another has not. */
const added = (before: string, after = "") => after.split("\n").filter((line) => !before.split("\n").includes(line));

describe("the files of a new experiment", () => {
  const files = newExperiment(NAME, 30_061, texts);
  const code = files.get(`stacks/${NAME}.ts`) ?? "";

  test("are its own, its entry, its stack and its section, with every other line as it was", () => {
    expect([...files.keys()]).toEqual([`stacks/${NAME}.ts`, "stacks/index.ts", `Pulumi.${NAME}.yaml`, "README.md"]);
    expect(added(texts.index, files.get("stacks/index.ts"))).toEqual([
      'import { slowStartExperiment } from "./slow-start.ts";',
      '  "slow-start": slowStartExperiment,',
    ]);
    expect(files.get(`Pulumi.${NAME}.yaml`)).toBe("encryptionsalt: v1:abc=\n");
    expect(added(texts.readme, files.get("README.md"))).toEqual([
      "| `slow-start` | a Deployment | What happens to users when the release changes? | 30061 |",
      "### slow-start",
      "pulumi up --yes --stack slow-start -c release=v1",
      "pulumi up --yes --stack slow-start",
      "Release v2: what to look at meanwhile, and what users notice.",
      "pulumi up --yes --stack slow-start -c release=v2",
    ]);
    for (const [path, before] of [
      ["stacks/index.ts", texts.index],
      ["README.md", texts.readme],
    ] as const) {
      expect(added(files.get(path) ?? "", before)).toEqual([]);
    }
  });

  test("differ from the template in name, port and paths alone", () => {
    expect(added(texts.template, code).filter((line) => !line.startsWith("import "))).toEqual([
      "export const slowStartExperiment = defineExperiment({",
      "  nodePort: 30_061,",
    ]);
    const sources = [...code.matchAll(/from "(\.[^"]*)"/g)].map(([, source = ""]) => source);
    expect(sources).toHaveLength(6);
    for (const source of sources) expect(source).toMatch(/^(\.\/(experiment|objects\/|settings\/)|\.\.\/kubernetes\/)/);
  });

  test.each([
    ["a", 'import { aExperiment } from "./a.ts";\nimport { blueGreen }', "  a: aExperiment,\n};"],
    ["helm-2", '"./helm.ts";\nimport { helm2Experiment } from "./helm-2.ts";', '  "helm-2": helm2Experiment,\n};'],
    ["zone", '"./switch.ts";\nimport { zoneExperiment } from "./zone.ts";', "  zone: zoneExperiment,\n};"],
  ])("are entered for %s in the order of their names", (name, imported, listed) => {
    const index = newExperiment(name, 30_061, texts).get("stacks/index.ts");
    expect(index).toContain(imported);
    expect(index).toContain(listed);
  });

  test.each(["index", "readme", "stackFile"] as const)("are refused where the %s has no place for it", (text) => {
    expect(() => newExperiment(NAME, 30_061, { ...texts, [text]: "" })).toThrow(UserError);
  });
});

test("the template itself takes no port from an experiment", () => {
  expect(template.nodePort).toBe(PLAYGROUND_NODE_PORT);
});

test("a NodePort is the lowest that is free", () => {
  expect(freeNodePort([30_050, 30_052], { first: 30_050, last: 30_052 })).toBe(30_051);
  // Those of measurements and tests are the last of the range.
  const { first, last } = NODE_PORTS;
  const others = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const free = others.filter((port) => !TAKEN_NODE_PORTS.includes(port));
  expect(freeNodePort([...TAKEN_NODE_PORTS, ...free.slice(0, -1)], NODE_PORTS)).toBe(free.at(-1));
  expect(() => freeNodePort([...TAKEN_NODE_PORTS, ...free], NODE_PORTS)).toThrow(
    "widen NODE_PORTS in common/lab-node-ports.ts",
  );
  expect(() => freeNodePort([1, 2], { first: 1, last: 2 })).toThrow("NodePort: got none, allowed: 1 to 2");
});

describe("the name of a new experiment", () => {
  test.each(["a", "v2", "slow-start", "a".repeat(40)])("can be %s", (name) => {
    expect(() => requireNewName(name, [])).not.toThrow();
  });

  const FORM = "allowed: at most 40 lower-case letters, digits and single hyphens, a letter first";
  test.each([
    [undefined, [], `name: got "", ${FORM}, for example: npm run new-experiment slow-start`],
    ["Slow", [], FORM],
    ["2slow", [], FORM],
    ["slow--start", [], FORM],
    ["slow-", [], FORM],
    ["../slow", [], FORM],
    ["a".repeat(41), [], FORM],
    ["all", [], "allowed: any but all, dev, which bin/lab takes for its own"],
    ["plan", ["plan/plan.ts"], 'name: got "plan", allowed: one that is not taken; plan/plan.ts is there'],
  ])("cannot be %s where there is %j", (name, existing, message) => {
    expect(() => requireNewName(name, existing)).toThrow(message);
  });
});
