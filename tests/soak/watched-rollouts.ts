import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { handleInterrupt, wasInterrupted } from "../../cli/interrupt.ts";
import { courseOf } from "../../observer/course/course.ts";
import { causeOf } from "../../observer/course/requests.ts";
import { readRecording } from "../../observer/recording/reader.ts";
import { profile, project } from "../cluster/support/lab.ts";
import { ensureImage, manifests, REQUEST_FILE } from "../fixtures/fastapi/service.ts";

/*
 * Restarts of a FastAPI service that is not ours, each watched by `bin/lab watch` at 100 requests per second:
 *
 *   npm run watch:rollouts -- without-drain --times 10    expected: refuted, with the causes
 *   npm run watch:rollouts -- drained --times 20          expected: held
 *
 * It uses a namespace of its own, which it deletes at the end.
 */

/** Seconds that a pod waits before SIGTERM, by the variant's name, and the exit code that is expected of a watch. */
const VARIANTS = {
  "without-drain": { preStopSeconds: 0, expected: 1 },
  drained: { preStopSeconds: 5, expected: 0 },
} as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: "string", default: "3" }, rate: { type: "string", default: "100" } },
});
const [named = "drained"] = positionals;
if (!Object.hasOwn(VARIANTS, named)) {
  console.error(`variant: got ${JSON.stringify(named)}, allowed: ${Object.keys(VARIANTS).join(", ")}`);
  process.exit(2);
}
const { preStopSeconds, expected } = VARIANTS[named as keyof typeof VARIANTS];
const namespace = `watched-${named}`;
const kubectl = (...args: string[]) => execa("kubectl", ["--context", profile, "--namespace", namespace, ...args]);

/** One restart under watch: prints its figures, and resolves with the exit code. */
async function watchOne(number: number): Promise<number | undefined> {
  const { exitCode, all } = await execa(
    join(project, "bin/lab"),
    [
      ...["watch", "deployment/prediction", "--context", profile, "--namespace", namespace],
      ...["--request", REQUEST_FILE, "--rate", values.rate],
      ...["--", "kubectl", "rollout", "restart", "deployment/prediction"],
    ],
    { cwd: project, reject: false, all: true, stdin: "ignore" },
  );
  const folder = /^report: (\S+);/m.exec(all)?.[1];
  if (folder === undefined) {
    console.log(`${number}: exit code ${exitCode}\n${all}`);
    return exitCode;
  }
  const { requests, gaps } = courseOf(await readRecording(join(project, folder)));
  const failed = requests.filter((request) => request.failed);
  const causes = Map.groupBy(failed, (request) => `${request.connection} ${causeOf(request)}`);
  const told = [...causes].map(([cause, all]) => `${all.length} ${cause}`).join(", ") || "none";
  const notHeld = all.split("\n").filter((line) => /^\s*[✗?] /.test(line));
  console.log(
    `${number}: exit code ${exitCode}, ${requests.length} requests, ${failed.length} failed (${told}), ${gaps.length} gaps; ${folder}`,
  );
  for (const line of notHeld) console.log(`   ${line.trim()}`);
  return exitCode;
}

handleInterrupt();
await ensureImage();
await execa("kubectl", ["--context", profile, "create", "namespace", namespace], { reject: false });
try {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: await manifests(preStopSeconds) });
  await execa("kubectl", ["--context", profile, "--namespace", namespace, "apply", "-f", "-"], { input });
  await kubectl("rollout", "status", "deployment/prediction", "--timeout=120s");
  const codes: (number | undefined)[] = [];
  for (let number = 1; number <= Number(values.times) && !wasInterrupted(); number += 1) {
    codes.push(await watchOne(number));
  }
  const asExpected = codes.filter((code) => code === expected).length;
  console.log(`${named}: ${asExpected} of ${codes.length} ended with exit code ${expected} (${codes.join(" ")})`);
  process.exitCode = asExpected === codes.length ? 0 : 1;
} finally {
  await execa("kubectl", ["--context", profile, "delete", "namespace", namespace, "--wait=false"], {
    reject: false,
  });
}
