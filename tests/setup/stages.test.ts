import { expect, test } from "vitest";
import { byLongestChain } from "../../setup/run-stages.ts";
import { STAGES, type StageName } from "../../setup/stages.ts";

const needsOf = (name: StageName): readonly StageName[] => STAGES.find((stage) => stage.name === name)?.needs ?? [];

/** All that has to be done before a stage. */
const before = (name: StageName): ReadonlySet<StageName> =>
  new Set(needsOf(name).flatMap((need) => [need, ...before(need)]));

test("every stage needs earlier ones alone, so that none waits for itself", () => {
  const seen = new Set<StageName>();
  for (const { name, needs } of STAGES) {
    expect(needs.filter((need) => !seen.has(need))).toEqual([]);
    seen.add(name);
  }
  expect(seen.size).toBe(STAGES.length);
});

test("Kubernetes' build comes first, then Pulumi's, with the kubernetes plugin behind it", () => {
  const builds = byLongestChain(STAGES).filter(({ compiles }) => compiles);
  expect(builds.slice(0, 2).map(({ name }) => name)).toEqual(["kubernetes", "pulumi"]);
});

test("docker and the modules wait for no compiler, and the Pulumi branch for nothing of the cluster but Kubernetes' packages", () => {
  expect([...before("docker")]).toEqual(["go"]);
  expect([...before("modules")]).toEqual(["go"]);
  expect([...before("pulumi-kubernetes")].toSorted()).toEqual(["go", "kubernetes", "pulumi"]);
});

test("the control plane waits for no build of Pulumi or of minikube", () => {
  const waitsFor = before("control plane");
  for (const name of ["minikube", "pulumi", "pulumi-kubernetes", "pulumi-language-nodejs"] as const)
    expect(waitsFor).not.toContain(name);
  for (const name of ["kubernetes", "etcd", "coredns", "pause", "docker", "crictl", "cri-dockerd"] as const)
    expect(waitsFor).toContain(name);
});
