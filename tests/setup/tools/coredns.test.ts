import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const file = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), "utf8");

/** The directives of a Corefile's server blocks, without the options inside their own braces. */
function directives(corefile: string): string[] {
  let depth = 0;
  return corefile.split("\n").flatMap((line) => {
    const name = line.trim().split(/\s+/)[0] ?? "";
    const isDirective = depth === 1 && name !== "" && name !== "}";
    if (line.includes("{")) depth += 1;
    if (line.includes("}")) depth -= 1;
    return isDirective ? [name] : [];
  });
}

test("CoreDNS from source has the plugins of the Corefile of kubeadm and minikube, and no other", async () => {
  const wanted = directives(await file("tests/fixtures/dns/Corefile"));
  const imports = (await file("setup/go/coredns/main.go")).matchAll(
    /^\t_ "github\.com\/coredns\/coredns\/plugin\/(\w+)"/gm,
  );
  const built = [...imports].map(([, name]) => (name === "metrics" ? "prometheus" : name));
  expect(built.toSorted()).toEqual(wanted.toSorted());
  expect(wanted).toContain("kubernetes");
});
