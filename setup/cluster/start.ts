import Type from "typebox";
import { Check } from "typebox/schema";
import { UserError } from "../../common/user-error.ts";
import type { Outside } from "../machine/outside.ts";
import type { Paths } from "../machine/paths.ts";
import type { Report } from "../machine/progress.ts";
import { portsVariable } from "./node-ports.ts";

/** Flags of `minikube start`, without their dashes. */
export type StartFlags = Readonly<Record<string, string>>;

/** What starting a profile needs. */
export interface StartContext {
  readonly outside: Outside;
  readonly paths: Paths;
  readonly report: Report;
  readonly minikube: string;
  readonly profile: string;
}

/** Downloads of half a gigabyte may take an hour; a minikube that says nothing for so long hangs. */
const SILENCE_MS = 900_000;

/**
 * An event of `minikube start --output=json`, one a line: CloudEvents of the types io.k8s.sigs.minikube.step, .download,
 * .download.progress, .warning, .info and .error, whose data are texts alone.
 */
const minikubeEvent = Type.Object({
  type: Type.String({ pattern: "^io\\.k8s\\.sigs\\.minikube\\." }),
  data: Type.Record(Type.String(), Type.String()),
});

type MinikubeEvent = { readonly kind: string; readonly data: Readonly<Record<string, string | undefined>> };

/**
 * Starts a profile by minikube, and shows its steps and downloads meanwhile. `isNew` says that the profile is only now being
 * made.
 * @throws {UserError} with minikube's own reason and advice.
 */
export async function startProfile(context: StartContext, flags: StartFlags, isNew: boolean): Promise<void> {
  const { outside, minikube, profile, report } = context;
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  await report.during(`starting minikube profile ${profile}`, 40, async (say) => {
    const failures: string[] = [];
    const result = await outside.run(minikube, ["start", "-p", profile, ...args, "--output=json"], {
      // `bin/lab env` sets this variable to the ports that one profile publishes already. A second profile could not start with them.
      env: { MINIKUBE_PORTS: portsVariable(flags.ports ?? "") },
      silenceMs: SILENCE_MS,
      onLine: (line) => {
        const event = eventOf(line);
        const words = event && progressWords(event);
        if (words) say(words);
        if (event?.kind === "error") failures.push(failureWords(event));
      },
    });
    if (result.exitCode === 0) return;
    throw startError(context, isNew, failures.at(-1) ?? plainReason(result));
  });
}

function eventOf(line: string): MinikubeEvent | undefined {
  try {
    const event: unknown = JSON.parse(line);
    if (!Check(minikubeEvent, event)) return undefined;
    return { kind: event.type.replace("io.k8s.sigs.minikube.", ""), data: event.data };
  } catch {
    return undefined;
  }
}

/** What minikube is doing, such as `Pulling base image` or `preload.tar.lz4 43 %`; undefined for other events. */
function progressWords({ kind, data }: MinikubeEvent): string | undefined {
  if (kind === "step") return oneLine(data.message ?? "").replace(/ ?\.\.\.$/, "");
  if (kind === "download") return `downloading ${data.artifact}`;
  if (kind === "download.progress") return `downloading ${data.artifact} ${Math.floor(Number(data.progress) * 100)} %`;
  return undefined;
}

function failureWords({ data }: MinikubeEvent): string {
  const { message = "", advice, url } = data;
  const advised = advice ? `. minikube's advice: ${oneLine(advice)}` : "";
  return `${oneLine(message)}${advised}${url ? ` (${url})` : ""}`;
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, " ");

/** The reason in the output of a minikube that prints no events, because it failed before it read its flags or was ended. */
function plainReason({ exitCode, stdout, stderr }: Awaited<ReturnType<Outside["run"]>>): string {
  if (exitCode === undefined) return `it says nothing for ${SILENCE_MS / 60_000} min`;
  const lines = `${stdout}\n${stderr}`.split("\n");
  const told = lines.filter((line) => /^(X |❌|!|E\d{4}|💡|\* Suggestion)/u.test(line.trim())).slice(-3);
  return oneLine(told.join(" ")) || (stderr.trim().split("\n").at(-1) ?? "");
}

/** Only of a profile that was just being made it is said how to delete it: any other one may hold what somebody needs. */
function startError({ profile, paths }: StartContext, isNew: boolean, reason: string): UserError {
  const anew = isNew ? ` To begin anew: minikube delete -p ${profile}, then the same command again.` : "";
  return new UserError(
    `minikube start failed: ${reason.replace(/\.$/, "")}. Mend that and run the same command again. ` +
      `Its log: minikube logs -p ${profile}.${anew} (minikube's home: ${paths.minikubeHome})`,
  );
}
