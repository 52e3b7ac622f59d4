import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { Compile } from "typebox/compile";
import { describe, expect, it } from "vitest";
import { readCard } from "../../../service/src/card.ts";
import { loadModel, selfCheck } from "../../../service/src/model.ts";
import { answerSchemas, type Prediction, type Predictions } from "../../../service/src/schemas.ts";
import { namesOf, signatureOf } from "../../../service/src/signature.ts";
import { experiments } from "../../../stacks/index.ts";
import { createTestApp } from "../support/harness.ts";
import { namedRows, ownModelFolder, theirAnswers } from "../support/own-models.ts";

describe.each([
  ["breast-cancer", 30, ["malignant", "benign"]],
  ["wine", 13, ["class_0", "class_1", "class_2"]],
])("a model of %s, by its card alone", (name, width, classes) => {
  const folder = ownModelFolder(name);
  const card = readCard(join(folder, "card.json"));
  const signature = signatureOf(card);
  const theirs = theirAnswers(name);
  const rows = namedRows(theirs);
  const two = classes.length === 2;

  const served = async () => {
    const model = await loadModel(join(folder, "model.onnx"), card);
    return createTestApp({ own: { card, model }, config: { release: "mine" } });
  };

  it("takes its features and gives its classes", () => {
    expect(namesOf(signature)).toEqual(theirs.features);
    expect(signature.columns).toHaveLength(width);
    expect(signature.classes.map((one) => one.name)).toEqual(classes);
    expect(theirs.maxAbsDifference).toBeLessThan(1e-6);
  });

  it("passes the check of its card", async () => {
    const model = await loadModel(join(folder, "model.onnx"), card);
    expect(selfCheck(model, card)).toBeUndefined();
    const wrong = two ? { probability: 0.5 } : { probabilities: [0.2, 0.3, 0.5] };
    expect(selfCheck(model, { ...card, selfCheck: { ...card.selfCheck, ...wrong } })).toMatch(
      /^model 1\.0\.0 says [\d., ]+ for the check row of its card, the card says 0\.\d/,
    );
  });

  function compare(answers: readonly Omit<Prediction, "release" | "modelVersion" | "pod">[]) {
    expect(answers.map(({ prediction }) => prediction)).toEqual(theirs.prediction);
    expect(answers.map((answer) => answer.class)).toEqual(theirs.prediction.map((label) => classes[label]));
    const differences = answers.flatMap(({ probability, probabilities }, row) => {
      const wanted = theirs.probabilities[row] ?? [];
      return two ? [probability - Number(wanted[1])] : (probabilities ?? []).map((p, at) => p - Number(wanted[at]));
    });
    expect(differences).toHaveLength(theirs.rows.length * (two ? 1 : classes.length));
    expect(Math.max(...differences.map(Math.abs))).toBeLessThan(1e-6);
  }

  it("answers as scikit-learn, one by one and in a batch, by the documented schemas", async () => {
    const { post } = await served();
    const schemas = answerSchemas(signature);
    const batch = (await post("/predict", { data: rows })).json<Predictions>();
    expect(Compile(schemas.predictions).Errors(batch)).toEqual([]);
    compare(batch.predictions);
    const single: Prediction[] = [];
    for (const row of rows) single.push((await post("/predict", row)).json());
    compare(single);
    expect(Compile(schemas.prediction).Errors(single[0])).toEqual([]);
    expect(single[0]).toMatchObject({ release: "mine", modelVersion: "1.0.0" });
  });

  it("says by the Open Inference Protocol what it takes and gives, and answers alike", async () => {
    const { app, post } = await served();
    const output = two
      ? { name: "probability", datatype: "FP32", shape: [-1] }
      : { name: "probabilities", datatype: "FP32", shape: [-1, classes.length] };
    expect((await app.inject(`/v2/models/${name}`)).json()).toMatchObject({
      inputs: [{ name: "features", datatype: "FP32", shape: [-1, width] }],
      outputs: [{ name: "label", datatype: "INT64", shape: [-1] }, output],
    });
    const inputs = [{ name: "features", datatype: "FP64", shape: [theirs.rows.length, width], data: theirs.rows }];
    const { outputs } = (await post(`/v2/models/${name}/infer`, { inputs })).json();
    expect(outputs[0].data).toEqual(theirs.prediction);
    expect(outputs[1].shape).toEqual(two ? [theirs.rows.length] : [theirs.rows.length, classes.length]);
    const { predictions } = (await post("/predict", { data: rows })).json<Predictions>();
    expect(outputs[1].data).toEqual(predictions.flatMap((one) => one.probabilities ?? [one.probability]));
    const named = theirs.features.map((feature, at) => ({
      ...{ name: feature, datatype: "FP64", shape: [2], data: theirs.rows.slice(0, 2).map((row) => row[at]) },
    }));
    const byName = (await post(`/v2/models/${name}/infer`, { inputs: named, outputs: [{ name: "label" }] })).json();
    expect(byName.outputs).toMatchObject([{ name: "label", data: theirs.prediction.slice(0, 2) }]);
  });

  it("documents itself by the card, with an example that it answers", async () => {
    const { app, post } = await served();
    const { info, paths } = (await app.inject("/docs/json")).json();
    expect(info).toMatchObject({
      title: `Online inference: ${card.title}`,
      description: expect.stringMatching(/^Release mine, a model trained on the data set/),
    });
    const { schema } = paths["/predict_single/"].post.requestBody.content["application/json"];
    expect(Object.keys(schema.properties)).toEqual(theirs.features);
    const members = Object.entries(schema.properties as Record<string, { examples: number[] }>);
    const example = Object.fromEntries(members.map(([feature, { examples }]) => [feature, examples[0]]));
    expect((await post("/predict", example)).statusCode).toBe(200);
  });

  it("refuses rows by the card's names and ranges", async () => {
    const { post } = await served();
    const [feature] = signature.columns;
    const tooMuch = Number(feature?.maximum) + 1;
    const faults = [{ pointer: `#/${encodeURI(String(feature?.name))}`, detail: `must be <= ${feature?.maximum}` }];
    const answer = await post("/predict", { ...rows[0], [String(feature?.name)]: tooMuch });
    expect([answer.statusCode, answer.json().errors]).toEqual([400, faults]);
    const patient = await post("/predict", { ...rows[0], age: 63 });
    expect(patient.json().errors).toEqual([{ pointer: "#/age", detail: "is not a known field" }]);
  });
});

it("answers the request of docs/own-model.md as the model's card says", async () => {
  const project = join(import.meta.dirname, "..", "..", "..");
  const page = await readFile(join(project, "docs/own-model.md"), "utf8");
  const [, expression = "", url = ""] = /^node -p '(.*)' \| curl .* -d @- (\S+)$/m.exec(page) ?? [];
  const { stdout } = await execa(process.execPath, ["-p", expression], { cwd: project });
  const folder = ownModelFolder("breast-cancer");
  const card = readCard(join(folder, "card.json"));
  const model = await loadModel(join(folder, "model.onnx"), card);
  const { post } = await createTestApp({ own: { card, model }, config: { release: "mine" } });
  const answer = (await post(new URL(url).pathname, JSON.parse(stdout))).json<Prediction>();
  expect(Math.abs(answer.probability - Number(card.selfCheck.probability))).toBeLessThan(card.selfCheck.tolerance);
  expect(Number(new URL(url).port)).toBe(experiments.helm?.nodePort);
});
