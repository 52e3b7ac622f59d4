import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readConfig } from "../../service/src/config.ts";

const read = (file: string) => readFileSync(new URL(`../../charts/${file}`, import.meta.url), "utf8");

interface Schema {
  readonly enum?: readonly (string | null)[];
  readonly minimum?: number;
  readonly maximum?: number;
}

const schemas: Readonly<Record<string, Schema>> = JSON.parse(read("values.schema.json")).properties.config.properties;
const { config }: { config: Record<string, string | number | null> } = parse(read("values.yaml"));
const { appVersion } = parse(read("Chart.yaml"));

/** The service's configuration under one variable. */
const readWith = (name: string, value: unknown) => readConfig({ POD_NAME: "x", [name]: String(value) });

describe("the chart's configuration is the service's own", () => {
  test("in its defaults", () => {
    const variables = Object.entries(config).flatMap(([name, value]) =>
      value === null ? [] : [[name, String(value)]],
    );
    expect(readConfig({ POD_NAME: "x", ...Object.fromEntries(variables) })).toEqual(readConfig({ POD_NAME: "x" }));
    expect(Object.keys(config).sort()).toEqual(Object.keys(schemas).sort());
    // The chart sets no variable whose default follows from another one or from the node; only a user does.
    const unset = Object.keys(config).filter((name) => config[name] === null);
    expect(unset).toEqual(["HOST", "BODY_LIMIT"]);
  });

  test.each(Object.entries(schemas))("in what %s may be", (name, { enum: values, minimum, maximum }) => {
    for (const value of values?.filter((one) => one !== null) ?? [minimum, maximum]) {
      expect(Object.values(readWith(name, value))).toContain(value);
    }
    const beyond = values ? ["loud"] : [(minimum ?? 0) - 1, (maximum ?? 0) + 1];
    for (const value of beyond) expect(() => readWith(name, value)).toThrow(name);
  });
});

test("the chart's default is the first release", () => {
  expect(appVersion).toBe("v1");
});
