import { mkdir, mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lab, profile, project, run } from "../support/lab.ts";
import { ownImage, servicesIn, type Watched, type Watching } from "../support/watched-service.ts";

/*
 * Watches that somebody interrupts in each of their steps, side by side. What is asked is whether each ends in good order: what its
 * verdicts are is no matter here.
 */

const NAMESPACE = "watch-interrupt";
const { inNamespace, deploy, startWatch } = servicesIn(NAMESPACE);
const LIVENESS = { path: "/liveness", expect: ["status=200"] };
const OF_LOAD = ["--selector", "app.kubernetes.io/component=load", "--output", "name"];
const EVERYTHING = ["get", "jobs,secrets,configmaps,pods", ...OF_LOAD];

/** A command that notes each signal it gets, and ends 2 s after the first one. */
const PATIENT = `
  const note = (line) => require("fs").appendFileSync(process.argv[1], line + "\\n");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {
    note(signal);
    setTimeout(() => { note("ends"); process.exit(130); }, 2_000);
  });
  note("begins");
  setTimeout(() => process.exit(0), 60_000);
`;

/** What came of a watch that was interrupted. */
interface Interrupted extends Watched {
  /** The command's notes; empty where it was not run. */
  readonly notes: readonly string[];
  /** What is left in the folder for its temporary files, of which the kubeconfig is one. */
  readonly temporary: readonly string[];
  /** Whether a process of it outlived it by more than a bundler needs to find out that it is gone. */
  readonly stillRuns: boolean;
}

/** Starts a watch, interrupts it once it has printed a text, and awaits its end. */
async function interrupted(
  deployment: string,
  printed: string,
  interrupt: (watching: Watching) => void | Promise<void>,
  flags: readonly string[] = [],
  command?: readonly string[],
): Promise<Interrupted> {
  const folder = await mkdtemp(join(tmpdir(), "online-inference-interrupted-"));
  const notes = join(folder, "notes");
  const temporary = join(folder, "temporary");
  await mkdir(temporary);
  const watching = await startWatch(
    `deployment/${deployment}`,
    LIVENESS,
    [...flags, "--rate", "20", "--", ...(command ?? [process.execPath, "-e", PATIENT, notes])],
    { TMPDIR: temporary },
  );
  await watching.printed(printed);
  if (printed === BEGINS && !command) await begins(notes);
  await interrupt(watching);
  const ended = await watching.ended;
  return {
    ...ended,
    notes: (await textOf(notes)).split("\n").filter(Boolean),
    temporary: await readdir(temporary),
    stillRuns: await stillRuns(watching),
  };
}

const BEFORE = "Before the change";
const BEGINS = "The change begins";
const AFTER = "After the change";
const CLUSTER = ["--load-from", "cluster"];

const textOf = (file: string): Promise<string> => readFile(file, "utf8").catch(() => "");

async function begins(notes: string): Promise<void> {
  while (!(await textOf(notes)).includes("begins")) await sleep(100);
}

async function stillRuns(watching: Watching): Promise<boolean> {
  for (let looks = 0; looks < 50 && watching.runs(); looks += 1) await sleep(100);
  return watching.runs();
}

const pressCtrlC = (watching: Watching) => watching.pressCtrlC();

/** Ctrl-C, and once the watch has said that it waits for what runs, again. */
async function twice(watching: Watching): Promise<void> {
  watching.pressCtrlC();
  await watching.printed("again: at once");
  watching.pressCtrlC();
}

/** The folder of the report, as the watch has named it. */
const reportOf = (all: string): string => /bin\/lab report (\S+)/.exec(all)?.[1] ?? "none was named";

let watches: Record<
  "before" | "command" | "terminated" | "hungUp" | "settling" | "after" | "killed" | "nextOne" | "inCluster",
  Interrupted
>;
/** Objects of load that were there once the one with a Job had ended at once. */
let leftByKilled: string;

beforeAll(async () => {
  await run("kubectl", ["--context", profile, "create", "namespace", NAMESPACE]);
  const service = { kind: "Deployment", image: await ownImage(), replicas: 1, type: "NodePort" } as const;
  await deploy(
    { ...service, name: "web", preStopSeconds: 0 },
    { ...service, name: "slow", preStopSeconds: 15 },
    { ...service, name: "cluster", preStopSeconds: 0 },
  );
  const killedAndNext = async () => {
    const killed = await interrupted("cluster", BEFORE, twice, CLUSTER);
    leftByKilled = await inNamespace(...EVERYTHING);
    const nextOne = await interrupted("cluster", BEFORE, pressCtrlC, CLUSTER);
    return { killed, nextOne };
  };
  const restart = ["kubectl", "rollout", "restart", "deployment/slow"];
  const [before, command, terminated, hungUp, settling, after, byJob, duringCommand] = await Promise.all([
    interrupted("web", BEFORE, pressCtrlC),
    interrupted("web", BEGINS, pressCtrlC),
    interrupted("web", BEGINS, (watching) => watching.kill("SIGTERM")),
    interrupted("web", BEGINS, (watching) => watching.hangUp()),
    interrupted("slow", "slow restarted", pressCtrlC, [], restart),
    interrupted("web", AFTER, pressCtrlC, [], ["true"]),
    killedAndNext(),
    interrupted("cluster", BEGINS, pressCtrlC, CLUSTER),
  ]);
  watches = { before, command, terminated, hungUp, settling, after, ...byJob, inCluster: duringCommand };
}, 180_000);

afterAll(async () => {
  await run("kubectl", ["--context", profile, "delete", "namespace", NAMESPACE, "--wait=false"]);
});

describe("a watch that is interrupted", () => {
  const inOrder = ["before", "command", "terminated", "settling", "after", "nextOne", "inCluster"] as const;
  test.each(inOrder)("ends in good order, leaves nothing, and its report can be read: %s", async (name) => {
    const { exitCode, all, written, temporary, stillRuns } = watches[name];
    expect(exitCode, all).toBe(130);
    expect(all.match(/interrupted; waiting for what runs to end in good order/g)).toHaveLength(1);
    expect({ temporary, stillRuns }).toEqual({ temporary: [], stillRuns: false });
    expect(written).toContain('"type":"step-ended"');
    const again = await lab("report", reportOf(all));
    expect(again.all).toContain("Rollout of deployment/");
    expect(again.all).not.toContain("error");
  });

  test.each(["before", "nextOne"] as const)("does not run the command before the change, and says so: %s", (name) => {
    expect(watches[name].notes).toEqual([]);
    expect(watches[name].all).toContain("the command was not run");
  });

  test.each(["command", "terminated", "inCluster"] as const)(
    "interrupts the command once, and awaits it: %s",
    (name) => {
      expect(watches[name].notes).toEqual(["begins", "SIGINT", "ends"]);
    },
  );

  test("interrupts the command once where its terminal was closed, which the command hears as well", () => {
    const { notes } = watches.hungUp;
    expect(notes.toSorted()).toEqual(["SIGHUP", "SIGINT", "begins", "ends"]);
    expect(notes.at(-1)).toBe("ends");
  });

  test.each(["command", "terminated", "inCluster"] as const)("tells how the command ended: %s", (name) => {
    const ends =
      /The change ends: interrupted after \d+(\.\d)? m?s, while the command ran; the command ended with exit code 130/;
    expect(watches[name].all).toMatch(ends);
  });

  test("says what of the change was not over", () => {
    expect(watches.settling.all).toMatch(/The change ends: not over yet after \d+(\.\d)? m?s: .*slow/);
  });

  test("goes on to its end where its terminal was closed", async () => {
    const { exitCode, temporary, stillRuns } = watches.hungUp;
    expect({ exitCode, temporary, stillRuns }).toEqual({ exitCode: 130, temporary: [], stillRuns: false });
  });
});

describe("load from the cluster", () => {
  test("leaves its Job where the watch ends at once, with the command that deletes it", () => {
    const { exitCode, all, temporary, stillRuns } = watches.killed;
    expect({ exitCode, temporary, stillRuns }).toEqual({ exitCode: 130, temporary: [], stillRuns: false });
    const [, job] = /kubectl --context \S+ -n watch-interrupt delete job (\S+) --ignore-not-found;/.exec(all) ?? [];
    expect(leftByKilled).toContain(`job.batch/${job}`);
    expect(watches.nextOne.all).toContain(`Job ${job} of a watch that was killed is removed`);
  });

  test("leaves neither Job, Secret, ConfigMap nor pod where the watch ends in good order", async () => {
    expect(await inNamespace(...EVERYTHING)).toBe("");
  });

  test("that ends at once has a recording that can be read", async () => {
    const recording = reportOf(watches.killed.all);
    expect(await readdir(join(project, "reports", "watch"))).toContain(recording.split("/").at(-1));
    expect((await lab("report", recording)).all).toContain("Rollout of deployment/cluster");
  });
});
