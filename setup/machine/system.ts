import { parseEnv } from "node:util";
import type { Outside } from "./outside.ts";

/** The distributions that ship docker under different names and commands, by what os-release(5) calls them. */
type Family = "debian" | "fedora" | "rhel" | "arch" | "suse" | "alpine" | "other";

/** The facts of a Linux system that decide what a user is told to do. */
export interface LinuxSystem {
  readonly family: Family;
  /** Whether it runs inside Windows, where docker is usually Docker Desktop's. */
  readonly isWsl: boolean;
  readonly hasSystemd: boolean;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  debian: "debian",
  ubuntu: "debian",
  fedora: "fedora",
  rhel: "rhel",
  centos: "rhel",
  arch: "arch",
  suse: "suse",
  opensuse: "suse",
  alpine: "alpine",
};

/** Reads which system this is: from /etc/os-release, /proc/version, and what systemd leaves while it runs. */
export async function linuxSystem(outside: Pick<Outside, "read" | "exists">): Promise<LinuxSystem> {
  const release = parseEnv((await outside.read("/etc/os-release")) ?? "");
  // Derived distributions name those that they are like, the closest first.
  const names = [release.ID ?? "", ...(release.ID_LIKE ?? "").split(" ")];
  return {
    family: names.map((name) => FAMILIES[name]).find((family) => family !== undefined) ?? "other",
    isWsl: /microsoft/i.test((await outside.read("/proc/version")) ?? ""),
    hasSystemd: await outside.exists("/run/systemd/system"),
  };
}

const INSTALL: Readonly<Record<Family, string>> = {
  debian: "sudo apt-get install -y docker.io",
  fedora: "sudo dnf install -y moby-engine",
  rhel: "docker-ce, as https://docs.docker.com/engine/install/rhel/ says",
  arch: "sudo pacman -S --needed docker",
  suse: "sudo zypper install -y docker",
  alpine: "sudo apk add docker",
  other: "as https://docs.docker.com/engine/install/ says",
};

/** How a user of a Linux system installs docker, starts it, and may use it. */
export function dockerWords({ family, isWsl, hasSystemd }: LinuxSystem): string {
  const start = hasSystemd
    ? "sudo systemctl enable --now docker"
    : family === "alpine"
      ? "sudo rc-service docker start"
      : "sudo dockerd &";
  const own = `Start it: ${start} (to install it: ${INSTALL[family]}; to use it without root: sudo usermod -aG docker $USER, then log in again)`;
  if (!isWsl) return own;
  return `This is WSL2: start Docker Desktop in Windows, with Settings > Resources > WSL integration on for this distribution. Or use a docker of its own. ${own}`;
}
