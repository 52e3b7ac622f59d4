import { describe, expect, test } from "vitest";
import { holderAnnotations, removeLeftovers } from "../../../cli/watch/leftover-jobs.ts";
import { thisProcess } from "../../../stacks/program/process-name.ts";
import { kubeApi } from "../support/kube-api.ts";

const clock = { monotonicMs: () => 0, sleep: async () => {} };
const job = (name: string, annotations: Readonly<Record<string, string>> = {}) => ({
  [`/apis/batch/v1/namespaces/shop/jobs/${name}`]: { metadata: { name, annotations } },
});

/** Removes leftovers of the Jobs; what is removed is gone. */
async function removed(jobs: Record<string, object>) {
  const there = { ...jobs };
  const { transport, asked } = kubeApi(there);
  const names = await removeLeftovers(
    {
      request: async (method, path, ...rest) => {
        const answer = await transport.request(method, path, ...rest);
        const [plain = ""] = path.split("?");
        if (method !== "DELETE") return answer;
        delete there[plain];
        return { ...answer, status: 200 };
      },
    },
    "shop",
    clock,
  );
  return { names, deleted: asked.filter((one) => one.startsWith("DELETE")) };
}

describe("a watch removes", () => {
  test("the Job of a watch that was killed on this machine", async () => {
    const self = await thisProcess();
    // No process has the highest pid that Linux allows and one more.
    const killed = holderAnnotations({ ...self, pid: 4_194_305 });
    const { names, deleted } = await removed(job("online-inference-load-1", killed));
    expect(names).toEqual(["online-inference-load-1"]);
    expect(deleted.some((one) => one.includes("/jobs/online-inference-load-1"))).toBe(true);
  });

  test("that of a process whose pid another one has by now, where the system tells when a process started", async () => {
    const { startedAt, ...self } = await thisProcess();
    const { names } = await removed(job("online-inference-load-2", holderAnnotations({ ...self, startedAt: "1" })));
    expect(names).toEqual(startedAt === undefined ? [] : ["online-inference-load-2"]);
  });

  test("neither the Job of a running watch, nor one of another machine, nor one of an observation", async () => {
    const self = await thisProcess();
    const { names, deleted } = await removed({
      ...job("online-inference-load-3", holderAnnotations(self)),
      ...job("online-inference-load-4", holderAnnotations({ hostname: "elsewhere", pid: 4_194_305 })),
      ...job("online-inference-load"),
      ...job("online-inference-load-5", { "online-inference/watch": "torn" }),
    });
    expect(names).toEqual([]);
    expect(deleted).toEqual([]);
  });
});
