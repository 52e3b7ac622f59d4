import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ensureDocker, inspectDocker } from "../../../setup/cluster/docker.ts";
import { type FakeMachine, fakeOutside } from "../support/fake-outside.ts";
import { recordingReport, scratchPaths } from "../support/scratch.ts";

const info = "docker info --format {{json .}}";
const installed = { docker: "/usr/bin/docker" };

async function bringUp(machine: FakeMachine, outside = fakeOutside(machine)) {
  const shim = async () => fileURLToPath(import.meta.url);
  return ensureDocker({ outside, paths: await scratchPaths(), report: recordingReport(), shim });
}

describe("the docker daemon", () => {
  test("is described by what it says of itself", async () => {
    const answer = {
      stdout: JSON.stringify({ ServerVersion: "28.2.2", DefaultRuntime: "runc", ClientInfo: { Context: "colima" } }),
    };
    const outside = fakeOutside({ commands: installed, answers: { [info]: answer } });
    expect(await inspectDocker(outside)).toEqual({ version: "28.2.2", shim: false, context: "colima" });
  });

  test.each([
    ["no client is installed", {}],
    ["it does not answer", { commands: installed }],
    ["only the client answers", { commands: installed, answers: { [info]: { stdout: '{"ServerVersion":""}' } } }],
  ] satisfies [string, FakeMachine][])("counts as absent when %s", async (_case, machine) => {
    expect(await inspectDocker(fakeOutside(machine))).toBeUndefined();
  });

  test.each([
    ["on macOS", { platform: "darwin" }, "open -a Docker"],
    [
      "on a Mac with colima",
      { platform: "darwin", commands: { ...installed, colima: "/c" } },
      "Start it: colima start.",
    ],
    ["on a Mac with OrbStack", { platform: "darwin", commands: { ...installed, orb: "/o" } }, "Start it: orb start."],
    ["under systemd", { isRoot: false, files: ["/run/systemd/system"] }, "sudo systemctl enable --now docker"],
    ["without root", { isRoot: false }, "sudo dockerd &"],
    [
      "on Ubuntu",
      { isRoot: false, texts: { "/etc/os-release": 'ID=ubuntu\nID_LIKE="debian"\n' } },
      "to install it: sudo apt-get install -y docker.io",
    ],
    [
      "on Fedora",
      { isRoot: false, texts: { "/etc/os-release": "ID=fedora\n" } },
      "to install it: sudo dnf install -y moby-engine",
    ],
    [
      "on Rocky Linux",
      { isRoot: false, texts: { "/etc/os-release": 'ID="rocky"\nID_LIKE="rhel centos fedora"\n' } },
      "docs.docker.com/engine/install/rhel",
    ],
    [
      "on EndeavourOS",
      { isRoot: false, texts: { "/etc/os-release": "ID=endeavouros\nID_LIKE=arch\n" } },
      "sudo pacman -S --needed docker",
    ],
    [
      "on openSUSE",
      { isRoot: false, texts: { "/etc/os-release": 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n' } },
      "sudo zypper install -y docker",
    ],
    [
      "on Alpine",
      { isRoot: false, texts: { "/etc/os-release": "ID=alpine\n" } },
      "sudo rc-service docker start (to install it: sudo apk add docker",
    ],
    [
      "in WSL2",
      { isRoot: false, texts: { "/proc/version": "Linux version 5.15.153.1-microsoft-standard-WSL2 (root@65c7)" } },
      "Settings > Resources > WSL integration on for this distribution",
    ],
    [
      "by root without apt-get",
      {
        commands: { docker: "/usr/bin/docker" },
        files: ["/run/systemd/system"],
        texts: { "/etc/os-release": "ID=fedora" },
      },
      "sudo dnf install",
    ],
  ] satisfies [string, FakeMachine, string][])(
    "when stopped %s is left to the user, with the command",
    async (_case, machine, command) => {
      await expect(bringUp({ commands: installed, ...machine })).rejects.toThrow(command);
    },
  );

  test("is installed and started by systemd for root on Debian, without a word to the user", async () => {
    const commands: Record<string, string> = { "apt-get": "/usr/bin/apt-get", systemctl: "/usr/bin/systemctl" };
    const machine = { commands, files: ["/run/systemd/system"], texts: { "/etc/os-release": "ID=debian\n" } };
    const fake = fakeOutside(machine);
    let isUp = false;
    const outside: typeof fake = {
      ...fake,
      run: async (file, args) => {
        fake.ran.push([file, ...args].join(" "));
        // As the package does: docker and iptables are there afterwards.
        if (args[0] === "install") Object.assign(commands, installed, { dockerd: "/usr/sbin/dockerd", iptables: "/i" });
        if (file === "systemctl") isUp = true;
        const answers = isUp && file === "docker";
        return { exitCode: 0, stdout: answers ? JSON.stringify({ ServerVersion: "26.1.5" }) : "{}", stderr: "" };
      },
    };
    expect(await bringUp(machine, outside)).toEqual({ version: "26.1.5", shim: false, context: "default" });
    expect(fake.ran).toContain("apt-get install -y -q --no-install-recommends docker.io iptables");
    expect(fake.ran).toContain("systemctl enable --now docker");
  });

  test("that systemd cannot start is an error with systemd's own words", async () => {
    const commands = { ...installed, dockerd: "/usr/sbin/dockerd" };
    const answers = { "systemctl enable --now docker": { exitCode: 1, stderr: "Job for docker.service failed\n" } };
    await expect(bringUp({ commands, files: ["/run/systemd/system"], answers })).rejects.toThrow(
      "systemd cannot start docker: Job for docker.service failed. See: journalctl -u docker",
    );
  });

  test("of a context that is gone is not looked for elsewhere", async () => {
    // As docker 28 says it.
    const stderr =
      'Failed to initialize: unable to resolve docker endpoint: context "gone": context not found: open /h/meta.json: no such file or directory\n';
    const machine = { commands: installed, answers: { "docker info": { exitCode: 1, stderr } } };
    await expect(bringUp(machine)).rejects.toThrow(
      "docker's context gone does not exist. Choose one: docker context ls, docker context use NAME (and unset DOCKER_CONTEXT).",
    );
  });

  test("that is rootless and that docker's command does not look for is named", async () => {
    vi.stubEnv("XDG_RUNTIME_DIR", "/run/user/1000");
    const stderr =
      "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock";
    const answers = { "docker info": { exitCode: 1, stderr } };
    const machine = { commands: installed, isRoot: false, answers };
    await expect(bringUp({ ...machine, files: ["/run/user/1000/docker.sock"] })).rejects.toThrow(
      "docker context use rootless, or export DOCKER_HOST=unix:///run/user/1000/docker.sock",
    );
    await expect(bringUp(machine)).rejects.toThrow("sudo usermod -aG docker $USER");
  });
});

afterEach(() => vi.unstubAllEnvs());
