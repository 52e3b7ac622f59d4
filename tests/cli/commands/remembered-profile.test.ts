import { describe, expect, test } from "vitest";
import { fakeMachine, idlePulumi, listedProfile, minikubeWith } from "../support/fake-machine.ts";

const made = listedProfile("lab2");
const ofUser = listedProfile("minikube");
const deletes = 'case "$1" in delete) exit 0 ;; esac; exit 1';

const machineWith = (profiles: readonly object[]) =>
  fakeMachine({ minikube: minikubeWith(profiles, deletes), pulumi: idlePulumi });

describe("down --cluster", () => {
  test("deletes the remembered profile, and no other one", async () => {
    const machine = await machineWith([ofUser, made]);
    await machine.setUp({ profile: "lab2", madeByLab: ["lab2"] });
    const { exitCode, stderr } = await machine.run("down", "--cluster");
    expect(stderr).toContain("deleting minikube profile lab2: done");
    expect(exitCode).toBe(0);
    expect((await machine.started()).filter((line) => line.includes("delete"))).toEqual(["minikube delete -p lab2"]);
    expect(await machine.remembered()).toEqual({ profile: "lab2", madeByLab: [] });
  });

  test.each([
    ["the remembered one", { profile: "minikube", madeByLab: [] }, []],
    ["minikube's own on a machine that remembers none", {}, []],
    ["a named one", { profile: "lab2", madeByLab: ["lab2"] }, ["--profile", "minikube"]],
  ])("refuses a profile that the lab did not make: %s", async (_which, state, flags) => {
    const machine = await machineWith([ofUser, made]);
    await machine.setUp(state);
    const { exitCode, stderr } = await machine.run("down", "--cluster", ...flags);
    expect(stderr).toContain("error: --cluster: got minikube profile minikube, allowed: one that bin/lab made");
    expect(stderr).toContain("Nothing was destroyed or deleted.");
    expect(exitCode).toBe(2);
    expect((await machine.started()).filter((line) => /delete|destroy|stack/.test(line))).toEqual([]);
  });

  test.each([
    ["node image", { KicBaseImage: "online-inference-node:5ad9d1a3" }],
    ["published ports", { ExposedPorts: ["127.0.0.1:30050-30061:30050-30061"] }],
  ])("knows what earlier versions made by its %s", async (_what, config) => {
    const machine = await machineWith([listedProfile("minikube", config)]);
    await machine.setUp({ startFlags: { preload: "false" } }, machine.cache);
    const { exitCode } = await machine.run("down", "--cluster");
    expect(exitCode).toBe(0);
    expect(await machine.started()).toContain("minikube delete -p minikube");
  });
});

describe("the remembered profile", () => {
  test("is that of every shell that bin/lab env sets, for kubectl, helm and plain pulumi", async () => {
    const machine = await fakeMachine(
      {},
      { ONLINE_INFERENCE_PROFILE: "older", LAB_CONTEXT: "older", HELM_KUBECONTEXT: "older" },
    );
    await machine.setUp({ profile: "lab2" });
    const { stdout } = await machine.run("env");
    expect(stdout).toContain("export ONLINE_INFERENCE_PROFILE='lab2'");
    expect(stdout).toContain("export LAB_CONTEXT='lab2'");
    expect(stdout).toContain("export HELM_KUBECONTEXT='lab2'");
  });

  test("gives way to the context that a user gave helm", async () => {
    const machine = await fakeMachine({}, { HELM_KUBECONTEXT: "production" });
    await machine.setUp({ profile: "lab2" });
    expect((await machine.run("env")).stdout).toContain("export HELM_KUBECONTEXT='production'");
  });

  test("is the one that the help of a stack's settings names", async () => {
    const machine = await fakeMachine({});
    await machine.setUp({ profile: "lab2" });
    expect((await machine.run("up", "pod", "--help")).stdout.replaceAll(/\s+/g, " ")).toContain("default: lab2");
  });

  test("is the one that doctor looks at", async () => {
    const machine = await fakeMachine({ minikube: minikubeWith([made]), pulumi: idlePulumi });
    await machine.setUp({ profile: "lab2" });
    expect((await machine.run("doctor")).stdout).toMatch(/ok +profile lab2 +running/);
  });
});
