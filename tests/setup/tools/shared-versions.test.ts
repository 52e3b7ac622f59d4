import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

/** The tools whose builds share compiled packages. CoreDNS stays with an older client-go; etcd with all that its makers chose. */
const TOOLS = [
  "kubernetes",
  "minikube",
  "crictl",
  "cri-dockerd",
  "pulumi",
  "pulumi-kubernetes",
  "pulumi-language-nodejs",
] as const;

/** The modules on which most packages stand: another version of one of them, and all that import it are compiled again. */
const FOUNDATIONS = [
  "golang.org/x/crypto",
  "golang.org/x/net",
  "golang.org/x/oauth2",
  "golang.org/x/sys",
  "golang.org/x/term",
  "golang.org/x/text",
  "golang.org/x/time",
  "google.golang.org/genproto/googleapis/api",
  "google.golang.org/genproto/googleapis/rpc",
  "google.golang.org/grpc",
  "google.golang.org/protobuf",
  "go.opentelemetry.io/otel",
  "k8s.io/api",
  "k8s.io/apimachinery",
  "k8s.io/client-go",
  "k8s.io/kube-openapi",
  "k8s.io/utils",
  "sigs.k8s.io/json",
  "sigs.k8s.io/structured-merge-diff/v4",
  "sigs.k8s.io/yaml",
] as const;

/** The versions that a go.mod requires, without what it replaces them by: the compiler's cache goes by these. */
async function required(tool: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(new URL(`../../../setup/go/${tool}/go.mod`, import.meta.url), "utf8");
  return new Map([...text.matchAll(/^\t(\S+) (v\S+)/gm)].map(([, name = "", version = ""]) => [name, version]));
}

test.each(FOUNDATIONS)("%s is required in one version by all tools that share compiled packages", async (name) => {
  const versions = (await Promise.all(TOOLS.map(required))).flatMap((modules) => modules.get(name) ?? []);
  expect(versions.length).toBeGreaterThan(1);
  expect([...new Set(versions)]).toHaveLength(1);
});
