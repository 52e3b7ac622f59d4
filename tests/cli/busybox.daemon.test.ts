import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { startMakers } from "../setup/support/makers.ts";
import { bareMachine, NO_MAKERS, name, nodeFiles, project, site, version } from "./support/bare-machine.ts";

// bin/lab by BusyBox's shell and BusyBox's programs alone. Debian's package is installed with the others that tests need.
const busybox = (await execa("sh", ["-c", "command -v busybox"])).stdout;

describe("bin/lab by BusyBox", () => {
  test.each([["curl"], ["python3"]])("brings Node.js by %s, and the packages", async (program) => {
    const machine = await bareMachine([program], await startMakers(await nodeFiles()), busybox);
    const { stdout, stderr, exitCode } = await machine.run(["doctor", "--profile", "two words"]);
    expect(stderr).toBe(`bringing Node.js ${version} from its makers\ninstalling the npm packages (about 1 min)`);
    expect(stdout).toBe(`node ${machine.checkout}/cli/start-lab.ts doctor --profile two words`);
    expect(exitCode).toBe(0);
    expect((await machine.run(["doctor"])).stderr).toBe("");
  });

  test("does not take its wget, which checks no certificate", async () => {
    const machine = await bareMachine([], NO_MAKERS, busybox);
    await execa("ln", ["-s", busybox, `${machine.path}/wget`]);
    const { stderr, exitCode } = await machine.run(["doctor"], { ONLINE_INFERENCE_SOURCE: "download" });
    expect(stderr).toContain("from its makers: neither curl, GNU wget nor python3 is installed");
    expect(exitCode).toBe(2);
  });

  test("refuses a damaged download", async () => {
    const files = await nodeFiles();
    const sums = Buffer.from(`${"0".repeat(64)}  ${name}.tar.gz\n`);
    const machine = await bareMachine(
      ["curl"],
      await startMakers({ ...files, [`${site}/SHASUMS256.txt`]: sums }),
      busybox,
    );
    const { stderr, exitCode } = await machine.run(["doctor"]);
    expect(stderr).toContain("error: the download of Node.js is damaged; run the same command again");
    expect(exitCode).toBe(2);
  });

  test("lists the commands, and says its version", async () => {
    const { stdout } = await execa(busybox, ["sh", `${project}/bin/lab`]);
    expect(stdout).toBe((await execa(`${project}/bin/lab`)).stdout);
    expect((await execa(busybox, ["sh", `${project}/bin/lab`, "--version"])).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });
});
