import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readRecording } from "../../observer/recording/reader.ts";
import { rememberedProfile } from "../../stacks/program/config.ts";
import { construct } from "./construct.ts";
import { CONSTRUCTIONS } from "./constructions.ts";
import { NODE_PORT } from "./objects.ts";
import { weigh } from "./weigh.ts";

/*
 * npm run causes -- [NAME …] [--context NAME] [--url URL] [--into FOLDER]: constructs failures on the cluster, records them, and holds
 * their causes against what was constructed and what the pods themselves logged. About 30 s each.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    context: { type: "string", default: rememberedProfile(process.env) },
    url: { type: "string", default: `http://127.0.0.1:${NODE_PORT}/predict` },
    into: { type: "string" },
  },
});
const names = CONSTRUCTIONS.map(({ name }) => name);
const unknown = positionals.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`construction: got ${unknown}, allowed: ${names.join(", ")}.`);
  process.exit(2);
}
const folder = values.into ?? (await mkdtemp(join(tmpdir(), "causes-")));
let faulty = 0;
for (const construction of CONSTRUCTIONS) {
  if (positionals.length > 0 && !positionals.includes(construction.name)) continue;
  const { file, lines } = await construct(construction, { ...values, folder });
  const weighed = weigh(construction, await readRecording(file), lines);
  const { failed, right, starved, leftBefore, unexplained, agreed, contradicted, faults, causes } = weighed;
  console.log(
    `${construction.name}: ${failed} failed, ${right} with a cause that they can have (${starved}: a starved machine, ${leftBefore}: a pod of before), ${unexplained} unexplained; ` +
      `the pods' logs agree with ${agreed} and contradict ${contradicted}; ${file}`,
  );
  for (const { count, seen, cause, line } of causes.groups) console.log(`  ${cause} ${count} (${seen} seen): ${line}`);
  for (const fault of faults) console.log(`  WRONG: ${fault}`);
  if (faults.length > 0) faulty += 1;
}
process.exitCode = faulty === 0 ? 0 : 1;
