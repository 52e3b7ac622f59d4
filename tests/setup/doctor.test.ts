import { expect, test } from "vitest";
import { toolFinding } from "../../setup/doctor.ts";

const bring = "bin/lab up pod";

test("a missing tool is a fault, and says what would bring it", () => {
  expect(toolFinding({ name: "kubectl", way: "missing", next: "download" }, bring)).toEqual({
    name: "kubectl",
    ok: false,
    way: "missing",
    version: "-",
    path: "-",
    next: "bin/lab up pod (it would download it)",
  });
});

test("helm, which no experiment needs, may be missing", () => {
  const found = "/usr/bin/helm 3.9.0";
  expect(toolFinding({ name: "helm", way: "missing", next: "build", found }, bring)).toMatchObject({
    ok: true,
    way: "optional",
    version: found,
    next: "bin/lab up helm (it would build it)",
  });
  const present = { name: "helm", way: "built", version: "3.18.6", path: "/cache/bin/helm" } as const;
  expect(toolFinding(present, bring)).toEqual({ ...present, ok: true });
});
