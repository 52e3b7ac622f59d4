import type { CommandResult, Outside } from "../../../setup/machine/outside.ts";

/** Answers of a fake machine: its commands by name, and their output by command line. */
export interface FakeMachine {
  readonly commands?: Readonly<Record<string, string>>;
  /** Answers by command line (path and arguments); any other command ends with code 127. */
  readonly answers?: Readonly<Record<string, Partial<CommandResult>>>;
  readonly reachable?: boolean;
  readonly platform?: NodeJS.Platform;
  readonly arch?: NodeJS.Architecture;
  readonly nodeArch?: NodeJS.Architecture;
  readonly isRoot?: boolean;
  readonly files?: readonly string[];
  /** Contents of text files by their paths. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** A fake `Outside` that records every command line that it is asked to run. */
export function fakeOutside(machine: FakeMachine): Outside & { readonly ran: string[] } {
  const ran: string[] = [];
  return {
    ran,
    platform: machine.platform ?? "linux",
    arch: machine.arch ?? "x64",
    nodeArch: machine.nodeArch ?? machine.arch ?? "x64",
    isRoot: machine.isRoot ?? true,
    which: async (name) => machine.commands?.[name],
    exists: async (path) => machine.files?.includes(path) ?? false,
    read: async (path) => machine.texts?.[path],
    reachable: async () => machine.reachable ?? false,
    run: async (file, args) => {
      const line = [file, ...args].join(" ");
      ran.push(line);
      const answer = machine.answers?.[line];
      return answer
        ? { exitCode: 0, stdout: "", stderr: "", ...answer }
        : { exitCode: 127, stdout: "", stderr: `${file}: no such answer in this test` };
    },
  };
}
