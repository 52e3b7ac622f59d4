import { access, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { onlyContext, privateKubeconfig } from "../../../cli/watch/private-kubeconfig.ts";

function userConfig(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(
    JSON.stringify({
      "current-context": "prod",
      contexts: [
        { name: "prod", context: { cluster: "prod", user: "admin", namespace: "live" } },
        { name: "lab", context: { cluster: "lab", user: "me" } },
      ],
      clusters: [
        { name: "prod", cluster: { server: "https://prod.example:6443" } },
        {
          name: "lab",
          cluster: {
            server: "https://lab.example:6443",
            "certificate-authority-data": "Q0E=",
            "tls-server-name": "lab",
          },
        },
      ],
      users: [
        { name: "admin", user: { token: "of-the-admin" } },
        {
          name: "me",
          user: { "client-certificate-data": "Qw==", "client-key": "/keys/me", exec: { command: "login" } },
        },
      ],
    }),
  );
  return config;
}

describe("the kubeconfig of the user's command", () => {
  test("has the watched context alone, in the watched namespace", async () => {
    const read = new KubeConfig();
    read.loadFromString(JSON.stringify(onlyContext(userConfig(), "lab", "shop")));
    expect(read.getCurrentContext()).toBe("lab");
    expect(read.getContexts()).toMatchObject([{ name: "lab", namespace: "shop", cluster: "lab", user: "me" }]);
    expect(read.getClusters()).toMatchObject([
      { server: "https://lab.example:6443", caData: "Q0E=", tlsServerName: "lab" },
    ]);
    expect(read.getUsers()).toMatchObject([{ name: "me", certData: "Qw==", keyFile: "/keys/me" }]);
    expect(read.getUsers()[0]?.exec).toMatchObject({ command: "login" });
  });

  test("keeps a service account's token where it is read anew", () => {
    const inPod = new KubeConfig();
    inPod.loadFromClusterAndUser(
      { name: "inCluster", server: "https://10.0.0.1", skipTLSVerify: false },
      { name: "inClusterUser", authProvider: { name: "tokenFile", config: { tokenFile: "/var/run/token" } } },
    );
    expect(onlyContext(inPod, inPod.getCurrentContext(), "shop")).toMatchObject({
      users: [{ user: { tokenFile: "/var/run/token" } }],
    });
  });

  test("is read by its owner alone, leads helm to the same cluster, and is removed at the end", async () => {
    const env = {
      PATH: "/bin",
      KUBECONFIG: "/home/me/.kube/config",
      HELM_KUBECONTEXT: "prod",
      HELM_KUBETOKEN: "t",
      GONE: undefined,
    };
    let file = "";
    {
      await using own = await privateKubeconfig(userConfig(), "lab", "shop", env);
      file = own.env.KUBECONFIG ?? "";
      expect(own.env).toEqual({ PATH: "/bin", KUBECONFIG: file, HELM_KUBECONTEXT: "lab", HELM_NAMESPACE: "shop" });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
      expect(await readFile(file, "utf8")).not.toContain("of-the-admin");
    }
    await expect(access(dirname(file))).rejects.toThrow("ENOENT");
  });

  test("is removed as well where the process is ended at once, as by a second Ctrl-C", async () => {
    const module = new URL("../../../cli/watch/private-kubeconfig.ts", import.meta.url).href;
    const program = `
      import { KubeConfig } from "@kubernetes/client-node";
      import { privateKubeconfig } from ${JSON.stringify(module)};
      const own = await privateKubeconfig(new KubeConfig(), "lab", "shop", {});
      process.stdout.write(own.env.KUBECONFIG, () => process.exit(130));`;
    const args = ["--input-type=module", "--eval", program];
    const { stdout, exitCode } = await execa(process.execPath, args, { cwd: import.meta.dirname, reject: false });
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/kubeconfig$/);
    await expect(access(dirname(stdout))).rejects.toThrow("ENOENT");
  });
});
