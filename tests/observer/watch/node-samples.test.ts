import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Happening } from "../../../observer/events.ts";
import { sampleNodes } from "../../../observer/watch/node-samples.ts";
import { ownPods } from "../../../observer/watch/own-pods.ts";
import { podSeen } from "../support/pod-seen.ts";

const summary = (name: string) => readFile(new URL(`../../fixtures/kubelet/${name}.json`, import.meta.url), "utf8");
const [first, second] = [await summary("first"), await summary("second")];
const FORBIDDEN = JSON.stringify({ kind: "Status", message: 'nodes "minikube" is forbidden: User "me" cannot get it' });

type Answer = { readonly status: number; readonly text: string };

/** An API server whose node proxy gives these answers one after the other, and the last one ever after. */
async function sampled(answers: readonly Answer[], { isShown = false, hasNode = true } = {}) {
  const controller = new AbortController();
  const asked: string[] = [];
  const recorded: Happening[] = [];
  let slept = 0;
  let next = 0;
  const sampling = sampleNodes({
    own: ownPods({ namespace: "online-inference-pod", of: { selector: { app: "web" } } }),
    isShown: () => isShown,
    clock: {
      sleep: async () => {
        slept += 1;
        if (slept > 3) controller.abort();
      },
    },
    transport: {
      request: async (method, path) => {
        asked.push(`${method} ${path}`);
        if (path === "/api/v1/nodes/minikube")
          return { status: 200, headers: new Headers(), text: '{"status":{"capacity":{"cpu":"2"}}}' };
        const answer = answers[Math.min(next, answers.length - 1)] ?? { status: 500, text: "" };
        next += 1;
        return { ...answer, headers: new Headers() };
      },
    },
    recorder: {
      record: (happening) => {
        recorded.push(happening);
        return { id: 0, atMs: 0, wallMs: 0, ...happening };
      },
    },
    signal: controller.signal,
  });
  sampling.see(podSeen("web", hasNode ? { node: "minikube" } : {}));
  await sampling.done;
  return { asked, recorded };
}

const ok = (text: string): Answer => ({ status: 200, text });
const SUMMARY = "GET /api/v1/nodes/minikube/proxy/stats/summary?only_cpu_and_memory=true";

test("a node is asked for its size once, and for its kubelet's summary again and again", async () => {
  const { asked, recorded } = await sampled([ok(first), ok(first), ok(second)]);
  expect(asked).toEqual(["GET /api/v1/nodes/minikube", SUMMARY, SUMMARY, SUMMARY]);
  // The second answer is the first one again: the kubelet had no newer figures.
  expect(recorded).toMatchObject([{ type: "node", node: "minikube", cores: 2, busyCores: 0.138, overMs: 11_000 }]);
});

test("no kubelet is asked where this machine shows the node's processes, nor before a pod is on a node", async () => {
  expect((await sampled([ok(first)], { isShown: true })).asked).toEqual([]);
  expect((await sampled([ok(first)], { hasNode: false })).asked).toEqual([]);
});

test.each([
  [{ status: 403, text: FORBIDDEN }, 'nodes "minikube" is forbidden'],
  [ok("{}"), "something else than a summary"],
])("a no is told once, and not asked for again", async (answer, why) => {
  const { asked, recorded } = await sampled([answer]);
  expect(asked.filter((one) => one === SUMMARY)).toHaveLength(1);
  expect(recorded).toMatchObject([{ type: "engine", kind: "diagnostic", severity: "warning" }]);
  expect(JSON.stringify(recorded)).toContain(why.replaceAll('"', '\\"'));
});

test("a kubelet that does not answer now is asked again", async () => {
  const { recorded } = await sampled([ok(first), { status: 503, text: "" }, ok(second)]);
  expect(recorded).toMatchObject([{ type: "node" }]);
});
