import { readdir } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { readRecording } from "../../../observer/recording/reader.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";
import { type Faked, fakeObservation, MOMENTS, type Moment } from "../support/fake-observation.ts";

let project: string;

beforeEach(async () => {
  project = await scratchFolder();
});

/** Moments at which nothing is running yet: Ctrl-C ends the process at once. */
const LEARNING: readonly Moment[] = ["remove locks", "read config", "ask for facts"];
const UNDER_WAY = MOMENTS.filter((moment) => !LEARNING.includes(moment));
/** The part that each moment starts. A part that fails to start need not be ended. */
const BEGINS: Partial<Record<Moment, string>> = {
  "start the recording": "recording",
  "show the view": "view",
  "start the observer": "observer",
  "start the load": "load",
};

const names = (log: readonly string[], sign: "+" | "-") =>
  log.filter((entry) => entry.startsWith(sign)).map((entry) => entry.slice(1).replace(" in a hurry", ""));

/** Expects that every part that was started is ended, once each, in reverse order. */
function expectOrderly({ log }: Faked): void {
  expect(names(log, "-")).toEqual(names(log, "+").toReversed());
  expect(new Set(log).size).toBe(log.length);
}

/** Expects that the recording is closed: its header has the plans, which are written last. */
async function expectClosed({ log }: Faked): Promise<void> {
  if (!log.includes("+recording")) return;
  const { header } = await readRecording(await onlyRecording());
  expect(header.plans).toBeDefined();
}

/** The folder of the only recording that was made. */
async function onlyRecording(): Promise<string> {
  const [folder = ""] = await readdir(`${project}/reports/pod`);
  return `${project}/reports/pod/${folder}`;
}

describe("an observation", () => {
  test("begins one thing after the other, ends them in reverse order, and destroys the stack last", async () => {
    const went = await fakeObservation(project, () => {});
    expect(went.moments).toEqual(MOMENTS);
    expect(went.log).toEqual([
      "+interruptible",
      "+recording",
      "+view",
      "+observer",
      "+load",
      "-load",
      "-observer",
      "-view",
      "-recording",
      "-interruptible",
    ]);
    expect(went.made).toMatchObject({ observation: { outcome: "complete" }, isUp: false });
    expect(relative(project, went.made?.folder ?? "")).toMatch(/^reports\/pod\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
    await expectClosed(went);
  });

  test("records what Pulumi does in the steps, not what it does before and after them", async () => {
    const went = await fakeObservation(project, () => {});
    const { events } = await readRecording(went.made?.folder ?? "");
    const operations = events.flatMap((event) => (event.type === "engine" ? [event.operation] : []));
    expect(operations).toEqual(["create"]);
  });

  test("leaves the stack up where it is to be kept", async () => {
    const went = await fakeObservation(project, () => {}, { keep: true });
    expect(went.moments).toEqual(MOMENTS.filter((moment) => moment !== "destroy the stack"));
    expect(went.made?.isUp).toBe(true);
    expectOrderly(went);
  });

  test.each([
    ["clear the stack", false],
    ["watch", true],
  ] as const)("that is interrupted at the moment '%s' knows whether the stack stays up: %s", async (moment, isUp) => {
    const { made } = await fakeObservation(project, (now, { interrupt }) => {
      if (now === moment) interrupt();
    });
    expect(made?.isUp).toBe(isUp);
  });

  test("destroys the stack as well after a step that failed, with which the steps end", async () => {
    const went = await fakeObservation(project, (now, { failOperation }) => {
      if (now === "deploy") failOperation("no room on the node");
    });
    expect(went.made?.observation).toEqual({ outcome: "stopped", step: "deploy", message: "no room on the node" });
    expect(went.moments.at(-1)).toBe("destroy the stack");
    expectOrderly(went);
    await expectClosed(went);
  });

  test("says that load comes from the cluster, and why", async () => {
    const { notes } = await fakeObservation(project, () => {});
    expect(notes).toEqual(["load comes from a Job in the cluster: the Service does not answer on this machine"]);
  });
});

describe("an observation that is interrupted", () => {
  test.each(UNDER_WAY)("at the moment '%s' ends what was begun, and leaves a recording", async (moment) => {
    const went = await fakeObservation(project, (now, { interrupt }) => {
      if (now === moment) interrupt();
    });
    expectOrderly(went);
    await expectClosed(went);
    expect(went.error).toBeUndefined();
    expect(went.log).toContain("+recording");
    // After the last step the observation is complete: an interruption changes neither the outcome nor the final destroy.
    const isTooLate = MOMENTS.indexOf(moment) > MOMENTS.indexOf("watch");
    expect(went.made?.observation.outcome).toBe(isTooLate ? "complete" : "interrupted");
    expect(went.moments.includes("destroy the stack")).toBe(isTooLate);
    expect(dirname(went.made?.folder ?? "")).toBe(`${project}/reports/pod`);
  });

  test.each(UNDER_WAY.filter((moment) => MOMENTS.indexOf(moment) <= MOMENTS.indexOf("stop the load")))(
    "at the moment '%s' does not wait for another comparison of the clocks",
    async (moment) => {
      const { log } = await fakeObservation(project, (now, { interrupt }) => {
        if (now === moment) interrupt();
      });
      expect(log).toContain("-observer in a hurry");
    },
  );

  test.each([
    ["clear the stack", []],
    ["start the observer", []],
    ["plan the step", []],
    ["deploy", ["interrupted"]],
    ["start the load", ["interrupted"]],
    ["watch", ["interrupted"]],
    ["stop the load", ["succeeded"]],
  ] as const)("at the moment '%s' has recorded of its step: %j", async (moment, outcomes) => {
    const { made } = await fakeObservation(project, (now, { interrupt }) => {
      if (now === moment) interrupt();
    });
    const { events } = await readRecording(made?.folder ?? "");
    expect(events.flatMap((event) => (event.type === "step-ended" ? [event.outcome] : []))).toEqual(outcomes);
  });
});

describe("an observation that fails", () => {
  const failAt = (...moments: readonly Moment[]) =>
    fakeObservation(project, (now) => {
      if (moments.includes(now)) throw new UserError(`failed: ${now}`);
    });

  test.each(MOMENTS)(
    "at the moment '%s' ends what was begun, says why, and leaves the stack as it is",
    async (moment) => {
      const went = await failAt(moment);
      expectOrderly(went);
      await expectClosed(went);
      expect(went.error).toEqual(new UserError(`failed: ${moment}`));
      expect(went.moments.includes("destroy the stack")).toBe(moment === "destroy the stack");
      const begins = BEGINS[moment];
      if (begins) expect(went.log).not.toContain(`+${begins}`);
    },
  );

  test("because of an answer of the API server says which, and what to do about it", async () => {
    const went = await fakeObservation(project, (now) => {
      if (now === "start the observer") throw Object.assign(new Error("GET /api/v1/pods: no"), { statusCode: 503 });
    });
    expectOrderly(went);
    expect(went.error).toBeInstanceOf(UserError);
    expect(went.error).toMatchObject({
      message: expect.stringMatching(
        /^context minikube: the API server answers HTTP 503: GET .*: no\. That may pass: try/,
      ),
    });
  });

  test("to clear the stack, or to destroy it, says what Pulumi said", async () => {
    for (const moment of ["clear the stack", "destroy the stack"] as const) {
      const went = await fakeObservation(project, (now, { failOperation }) => {
        if (now === moment) failOperation("a lock");
      });
      expect(went.error).toEqual(new UserError("pulumi destroy of stack pod failed: a lock"));
      expectOrderly(went);
    }
  });

  test("and fails again while it is ended says what failed first, and notes the rest", async () => {
    const went = await failAt("deploy", "stop the observer", "close the recording");
    expectOrderly(went);
    expect(went.error).toEqual(new UserError("failed: deploy"));
    expect(went.notes).toEqual([
      "this failed as well: failed: stop the observer",
      "this failed as well: failed: close the recording",
      "stack pod is still up. To end it: bin/lab down pod",
    ]);
  });

  test("after a step says where that is recorded", async () => {
    const { notes } = await failAt("stop the load");
    expect(notes.at(-2)).toBe(
      `the steps before are recorded: bin/lab report ${relative(project, await onlyRecording())}`,
    );
    expect((await failAt("deploy")).notes.join("\n")).not.toContain("recorded");
  });

  test("to write its recording ends like one that is interrupted, and says why", async () => {
    const went = await fakeObservation(project, (now, { breakRecording }) => {
      if (now === "deploy") breakRecording();
    });
    expectOrderly(went);
    expect(went.made?.observation).toEqual({ outcome: "interrupted" });
    expect(went.notes).toEqual(["the disk is full"]);
    expect(went.moments).not.toContain("destroy the stack");
  });
});
