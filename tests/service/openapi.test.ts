import { Compile } from "typebox/compile";
import { describe, expect, it } from "vitest";
import { createTestApp } from "./support/harness.ts";

interface Media {
  readonly schema: Record<string, unknown>;
}
interface Operation {
  readonly tags?: string[];
  readonly summary?: string;
  readonly parameters?: { readonly name: string; readonly in: string; readonly schema: Record<string, unknown> }[];
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Record<string, { readonly description: string; readonly content?: Record<string, Media> }>;
}

const { app, card } = await createTestApp({ release: "v1" });
const registered: string[] = [];
app.addHook("onRoute", ({ method, url }) => {
  if (method !== "HEAD") registered.push(`${method} ${url}`);
});
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}
const { openapi, paths } = (await app.inject("/docs/json")).json<Document>();

const PREDICTION = ["200", "400", "413", "415", "500", "503"];
const INFERENCE = ["200", "400", "404", "413", "415", "500", "503"];
const STATUSES: Record<string, string[]> = {
  "get /liveness": ["200"],
  "get /readiness": ["200", "503"],
  "get /metrics": ["200", "500"],
  "post /predict": PREDICTION,
  "post /predict_single/": PREDICTION,
  "post /predict_batch/": PREDICTION,
  "get /v2": ["200"],
  "get /v2/health/live": ["200"],
  "get /v2/health/ready": ["200", "503"],
};
for (const model of ["/v2/models/{name}", "/v2/models/{name}/versions/{version}"]) {
  STATUSES[`get ${model}`] = ["200", "404"];
  STATUSES[`get ${model}/ready`] = ["200", "404", "503"];
  STATUSES[`post ${model}/infer`] = INFERENCE;
}

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, method, path, operation })),
);

it("has every route that there is, but the documentation's own", () => {
  expect(openapi).toMatch(/^3\.1\./);
  expect(operations.map(({ name }) => name).sort()).toEqual(Object.keys(STATUSES).sort());
  const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  const hidden = registered.map((route) => route.replace(/:(\w+)/g, "{$1}")).filter((r) => !documented.includes(r));
  expect(hidden.filter((route) => !route.startsWith("GET /docs"))).toEqual([]);
  expect(registered).toHaveLength(documented.length + hidden.length);
});

describe.each(operations)("$name", ({ name, path, operation }) => {
  it("documents every status with a description, a body and its schema", () => {
    expect(operation.summary).toBeTruthy();
    expect(operation.tags).toHaveLength(1);
    expect(Object.keys(operation.responses)).toEqual(STATUSES[name]);
    const error = path.startsWith("/v2") ? "application/json" : "application/problem+json";
    for (const [status, { description, content = {} }] of Object.entries(operation.responses)) {
      expect(description).not.toBe("Default Response");
      for (const { schema } of Object.values(content)) expect(schema).not.toEqual({});
      if (status !== "200") expect(Object.keys(content)).toEqual([error]);
      expect(Object.keys(content)).not.toEqual([]);
    }
  });

  it("has a request made of its own examples answered by 200, as documented", async () => {
    const url = (operation.parameters ?? []).reduce(
      (filled, { name, schema }) => filled.replace(`{${name}}`, String(example(schema))),
      path,
    );
    const schema = operation.requestBody?.content["application/json"]?.schema;
    const answer = await app.inject(
      schema
        ? {
            method: "POST",
            url,
            headers: { "content-type": "application/json" },
            payload: JSON.stringify(example(schema)),
          }
        : url,
    );
    expect(answer.statusCode, answer.body).toBe(200);
    const type = String(answer.headers["content-type"]).split(";")[0] ?? "";
    const documented = operation.responses[200]?.content?.[type]?.schema;
    if (!documented) throw new Error(`${type} is not documented.`);
    const body = type === "application/json" ? answer.json() : answer.body;
    expect(Compile(documented as never).Errors(body)).toEqual([]);
  });
});

it("names the model and version that there are", () => {
  const { parameters } = paths["/v2/models/{name}/versions/{version}"]?.get ?? {};
  expect(parameters?.map(({ name, schema }) => [name, schema.enum])).toEqual([
    ["name", [card.model]],
    ["version", [card.modelVersion]],
  ]);
});

/** A value made of the examples in a schema: required members only. */
function example(schema: Record<string, unknown>): unknown {
  if (Array.isArray(schema.examples)) return schema.examples[0];
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (Array.isArray(schema.anyOf)) return example(schema.anyOf[0]);
  if (schema.type === "array") return [example(schema.items as Record<string, unknown>)];
  const members = Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>);
  const wanted = [...(schema.required as string[]), "data"];
  return Object.fromEntries(members.filter(([name]) => wanted.includes(name)).map(([name, s]) => [name, example(s)]));
}
