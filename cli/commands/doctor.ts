import { describeMachine, examine } from "../../setup/doctor.ts";
import { goBuilder } from "../../setup/tools/from-source.ts";
import { commandContext } from "../command.ts";

/** Prints what the machine has, how it came there, and what is missing. */
export async function doctor(profile: string): Promise<number> {
  const { outside, paths, report } = commandContext();
  console.log(await describeMachine(outside));
  const findings = await examine(outside, paths, goBuilder(outside, paths, report), profile);
  for (const { name, ok, way, version, path, next } of findings) {
    const mark = ok ? "ok     " : "MISSING";
    console.log(
      `${mark} ${name.padEnd(18)} ${way.padEnd(18)} ${version.padEnd(20)} ${path}${next ? `  -> ${next}` : ""}`,
    );
  }
  return findings.every(({ ok }) => ok) ? 0 : 2;
}
