import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import rpc from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/analyzer_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { rules } from "../../policy/rules.ts";
import { good, spoiled, without } from "./good.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "policy");
/** Pulumi's placeholder for a value that is known only after the update. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

let child: ChildProcess;
let client: InstanceType<typeof rpc.AnalyzerClient>;

// Starts the pack like Pulumi's engine: in the pack's folder; the first line that it prints is a port.
beforeAll(async () => {
  const started = spawn(join(FOLDER, "pulumi-analyzer-policy-node"), ["127.0.0.1:0", "."], {
    cwd: FOLDER,
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  const [port] = await once(createInterface({ input: started.stdout }), "line");
  client = new rpc.AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
});

afterAll(async () => {
  client.close();
  const gone = once(child, "exit");
  child.kill();
  await gone;
});

type Answer<Response> = (error: Error | null, response: Response) => void;

/** One call as a promise. */
function call<Response>(send: (answer: Answer<Response>) => unknown): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  send((error, response) => (error ? reject(error) : resolve(response)));
  return promise;
}

const found = (response: InstanceType<typeof pb.AnalyzeResponse>) =>
  response
    .getDiagnosticsList()
    .map((one) => [one.getPolicyname(), one.getEnforcementlevel(), one.getMessage(), one.getUrn()]);

/** A request or a part of one that is about a resource. */
function about<Part extends InstanceType<typeof pb.AnalyzeRequest> | InstanceType<typeof pb.AnalyzerResource>>(
  part: Part,
  [type, urn, properties]: readonly [type: string, urn: string, properties: object],
): Part {
  part.setType(type);
  part.setUrn(urn);
  part.setProperties(Struct.fromJavaScript(properties as Record<string, JavaScriptValue>));
  part.setOptions(new pb.AnalyzerResourceOptions());
  return part;
}

const resourceOf = (manifest: Manifest) => {
  const type = `kubernetes:x/v1:${manifest.kind}`;
  return [type, `urn:pulumi:lab::online-inference::${type}::${manifest.kind.toLowerCase()}`, manifest] as const;
};

/** The pack's violations for each object by itself. */
async function analyze(manifests: readonly Manifest[]) {
  const answers = manifests.map((manifest) => {
    const request = about(new pb.AnalyzeRequest(), resourceOf(manifest));
    return call<InstanceType<typeof pb.AnalyzeResponse>>((answer) => client.analyze(request, answer));
  });
  return (await Promise.all(answers)).flatMap(found);
}

/** The pack's violations for all objects together, and for two resources that are no objects of the API. */
async function analyzeStack(manifests: readonly Manifest[]) {
  const others = ["pulumi:providers:kubernetes", "kubernetes:helm.sh/v3:Release"].map(
    (type) => [type, `urn:pulumi:lab::online-inference::${type}::other`, { name: "other" }] as const,
  );
  const resources = [...others, ...manifests.map(resourceOf)];
  const request = new pb.AnalyzeStackRequest();
  request.setResourcesList(resources.map((resource) => about(new pb.AnalyzerResource(), resource)));
  return found(await call<InstanceType<typeof pb.AnalyzeResponse>>((answer) => client.analyzeStack(request, answer)));
}

test("the pack has every rule as a mandatory policy", async () => {
  const info = await call<InstanceType<typeof pb.AnalyzerInfo>>((answer) =>
    client.getAnalyzerInfo(new emptyPb.Empty(), answer),
  );
  expect(info.getName()).toBe("online-inference");
  const policies = info.getPoliciesList();
  expect(policies.map((policy) => policy.getName())).toEqual(rules.map(({ name }) => name));
  for (const policy of policies) expect(policy.getEnforcementlevel()).toBe(pb.EnforcementLevel.MANDATORY);
});

test("a good set passes", async () => {
  expect(await analyze(good)).toEqual([]);
  expect(await analyzeStack(good)).toEqual([]);
});

test("an object that breaks a rule by itself is refused before anything is deployed", async () => {
  const [[policy, level, message] = [], ...more] = await analyze(spoiled("Deployment", "container.image", "app"));
  expect(more).toEqual([]);
  expect([policy, level]).toEqual(["pinned-image", pb.EnforcementLevel.MANDATORY]);
  expect(message).toContain("Deployment lab/app: spec.template.spec.containers[0].image must have a digest or a tag");
});

test("what is missing is told of the object that needs it", async () => {
  const [[policy, , message, urn] = [], ...more] = await analyzeStack(without("PodDisruptionBudget"));
  expect(more).toEqual([]);
  expect(policy).toBe("disruption-budget");
  expect(message).toContain("must be under one PodDisruptionBudget, is under 0");
  expect(urn).toMatch(/::deployment$/);
});

test("a value that a preview does not know yet is said to be unchecked, not wrong", async () => {
  const unknown = await analyze(spoiled("Deployment", "container.image", UNKNOWN));
  expect(unknown.map(([policy, level]) => [policy, level])).toEqual([
    ["pinned-image", pb.EnforcementLevel.ADVISORY],
    ["pull-policy", pb.EnforcementLevel.ADVISORY],
  ]);
});
