import { expect, test } from "vitest";
import { tellLeftJob } from "../../../cli/observation/left-job.ts";

test("a load's Job that was not removed is told with why, and with the command that removes it", () => {
  const notes: string[] = [];
  const tell = tellLeftJob((line) => notes.push(line), { context: "lab", namespace: "shop", name: "load-1" });
  tell("load: the API server refused to delete it: HTTP 401: Unauthorized.");
  expect(notes).toEqual([
    "not removed: load: the API server refused to delete it: HTTP 401: Unauthorized.",
    "the load's Job may be left; this deletes it: kubectl --context lab -n shop delete job load-1 --ignore-not-found",
  ]);
});
