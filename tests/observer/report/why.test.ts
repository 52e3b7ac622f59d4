import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { renderReport } from "../../../observer/report/report.ts";
import { summary } from "../../../observer/report/terminal.ts";
import { whyAll, whyRequest } from "../../../observer/report/why-text.ts";
import { endpoints, going, good, pod, request, told } from "../support/cause-scene.ts";
import { dataOf } from "../support/facts-of.ts";
import { claiming } from "../support/hostile.ts";
import { fixtures } from "../support/recording-fixtures.ts";
import { rolling } from "../support/scenarios.ts";

const shape = { graceSeconds: 20, probes: ["readiness"] } as const;
/** Fourteen requests that pod a refuses 0.3 to 1.1 s after it was asked to go, with no wait at all. */
const refusals = told(
  [
    [0, pod("a", shape)],
    [0, pod("b", shape)],
    [0, endpoints(["a", "b"])],
    good(1000, "a"),
    good(1100, "b"),
    [10_000, going("a", 10_000, shape)],
    ...Array.from({ length: 14 }, (_, index) =>
      request(10_300 + (index * 800) / 13, 1, { error: index % 2 ? "ECONNRESET" : "ECONNREFUSED" }),
    ),
  ],
  { preStopSeconds: 0 },
);
const LINE = "refused 0.3-1.1 s after a pod had closed its port (preStopSeconds 0); preStopSeconds 2 covers them";

describe("why requests failed", () => {
  test("is a section of the page, with the events that show it", () => {
    const { document } = parseHTML(renderReport(refusals).page);
    const section = document.querySelector('section[aria-labelledby="why"]');
    expect(section?.querySelector("h2")?.textContent).toBe("Why");
    expect(section?.textContent).toContain(LINE);
    expect(section?.textContent).toContain("spec.template.spec.containers[].lifecycle.preStop");
    const links = [...(section?.querySelectorAll("a") ?? [])].map((link) => link.getAttribute("href")?.slice(1));
    expect(links.length).toBeGreaterThan(2);
    for (const id of links) expect(document.querySelectorAll(`[id="${id}"]`)).toHaveLength(1);
  });

  test("is no section where none failed", () => {
    expect(renderReport(claiming(rolling())).page).not.toContain('id="why"');
  });

  test("is data, one line of the terminal for each cause, and marks on the time line", () => {
    const data = dataOf(refusals);
    expect(data.causes.groups).toMatchObject([{ cause: "port-closed", count: 14, seen: 0 }]);
    expect(data.causes.requests).toHaveLength(14);
    expect(summary(data).replaceAll(/\s+/g, " ")).toContain(`why 14 requests: ${LINE}`);
    const { timeline } = renderReport(refusals);
    expect(timeline).toContain("<title>14: port closed before the node knew</title>");
    expect(timeline).toMatch(/>port closed before the node knew<\/text>/);
  });

  test("is told by the command, of all requests and of one", () => {
    expect(whyAll(refusals).replaceAll(/\s+/g, " ")).toContain(`14 of 16 requests failed. 14 requests: ${LINE}`);
    const id = dataOf(refusals).causes.requests[3]?.request ?? 0;
    const text = whyRequest(refusals, id).replaceAll(/\s+/g, " ");
    expect(text).toMatch(/^port closed before the node knew \(inferred\): a had been deleted 0\.5 s before/);
    expect(text).toContain("what would cover it: preStopSeconds 2 covers them");
    expect(text).toContain(`#${id} at`);
  });

  test("cannot be told of a request that did not fail, of another event, or of none", () => {
    const answered = refusals.events.find((event) => event.type === "request" && event.pod === "b")?.id ?? 0;
    expect(() => whyRequest(refusals, answered)).toThrow(
      /which is a request that did not fail; allowed: the id of one/,
    );
    expect(() => whyRequest(refusals, 1)).toThrow(/which is no request/);
    expect(() => whyRequest(refusals, 9_999)).toThrow(UserError);
    expect(() => whyRequest(rolling(), 1)).toThrow(/none, because no request failed/);
  });

  test("says that none failed where none did, and what draining needs", async () => {
    const recording = (await fixtures()).find(({ name }) => name === "rolling")?.recording;
    if (!recording) throw new Error("no recording of rolling");
    expect(whyAll(recording)).toMatch(
      /^None of 1,094 requests failed\.\n\nDraining: last new connection 0\.5 s after deletion/,
    );
    expect(summary(dataOf(recording))).toMatch(
      /^draining {2}last new connection 0\.5 s after deletion; preStop is 5 s, 2 s\n? +would do|2 s would do/m,
    );
  });
});
