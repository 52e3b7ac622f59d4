import { KubeConfig } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { keptCredentials } from "../../observer/kept-credentials.ts";

let now = 0;

/** Credentials of a kubeconfig whose plugin ends as told, and how often it was run. */
function credentialsOf(plugin: (run: number) => Promise<void>) {
  now = 0;
  let runs = 0;
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: "lab", server: "http://127.0.0.1:1", skipTLSVerify: true }, { name: "lab" });
  config.applySecurityAuthentication = () => {
    runs += 1;
    return plugin(runs);
  };
  return { credentials: keptCredentials(config, () => now), runs: () => runs };
}

test("a plugin that failed is not run back to back, and run again 2 s later", async () => {
  const { credentials, runs } = credentialsOf(async (run) => {
    if (run === 1) throw new Error("no network");
  });
  await expect(credentials.get()).rejects.toThrow("no network");
  now = 1_900;
  await expect(Promise.all([credentials.get(), credentials.get()])).rejects.toThrow("no network");
  expect(runs()).toBe(1);
  now = 2_100;
  await credentials.get();
  expect(runs()).toBe(2);
});

test("the 2 s count from when the plugin failed, however long it took", async () => {
  const first = Promise.withResolvers<void>();
  const { credentials, runs } = credentialsOf(() => first.promise);
  const got = credentials.get();
  now = 20_000;
  first.reject(new Error("too slow"));
  await expect(got).rejects.toThrow("too slow");
  now = 21_900;
  await expect(credentials.get()).rejects.toThrow("too slow");
  expect(runs()).toBe(1);
});

test("a plugin that says nothing is run again after 30 s, and no earlier, as one may be slow", async () => {
  const { credentials, runs } = credentialsOf((run) => (run === 1 ? new Promise(() => {}) : Promise.resolve()));
  void credentials.get();
  now = 29_000;
  void credentials.get();
  expect(runs()).toBe(1);
  now = 31_000;
  await credentials.get();
  expect(runs()).toBe(2);
});

test("what a plugin gave is kept for 5 minutes from when it was asked", async () => {
  const { credentials, runs } = credentialsOf(async () => {});
  await credentials.get();
  now = 299_000;
  await credentials.get();
  expect(runs()).toBe(1);
  now = 301_000;
  await credentials.get();
  expect(runs()).toBe(2);
});
