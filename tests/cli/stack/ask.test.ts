import { createServer } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { eventually, readyPod } from "../../../cli/service.ts";
import { askStack, type Ways } from "../../../cli/stack/ask.ts";
import { UserError } from "../../../common/user-error.ts";
import { stackAddress } from "../../../stacks/program/stack-address.ts";
import { sampleConfig } from "../../stacks/support/sample.ts";

const address = stackAddress(sampleConfig("pod"));
const prediction = { prediction: 0, probability: 0.14, release: "v1", modelVersion: "1.0.0", pod: "online-inference" };
const proxy = "/api/v1/namespaces/online-inference-pod/services/online-inference:8050/proxy/predict";

/** A service that answers every request with a prediction. */
async function service(): Promise<string> {
  const server = createServer((_request, response) => response.end(JSON.stringify(prediction)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address behind which nobody accepts: a connection is made, and no answer ever comes. */
async function blackHole(): Promise<string> {
  const server = createSocketServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The ways of a machine from which nothing reaches the stack but the API server. */
function ways(more: Partial<Ways> = {}) {
  const notes: string[] = [];
  const asked: string[] = [];
  const all: Ways = {
    answers: async () => true,
    findAddress: () =>
      Promise.reject(new UserError("this machine reaches no address of profile minikube. See its pods")),
    openTunnel: async () => undefined,
    transport: {
      request: async (method, path) => {
        asked.push(`${method} ${path}`);
        return { status: 200, headers: new Headers(), text: JSON.stringify(prediction) };
      },
    },
    note: (line) => notes.push(line),
    ...more,
  };
  return { all, notes, asked };
}

describe("a stack is asked", () => {
  test("at its address on this machine", async () => {
    const url = await service();
    const { all, notes } = ways({ findAddress: async () => url });
    const { answer, from, lines } = await askStack(address, all);
    expect(answer).toMatchObject(prediction);
    expect({ from, notes }).toEqual({ from: undefined, notes: [] });
    expect(lines[0]).toBe(`url        ${url}/predict`);
  });

  test("through a tunnel of minikube that lives until then, and no longer", async () => {
    const url = await service();
    const closed = vi.fn(async () => {});
    const { all, notes } = ways({ openTunnel: async () => ({ url, [Symbol.asyncDispose]: closed }) });
    const { answer, from, lines } = await askStack(address, all);
    expect(answer).toMatchObject(prediction);
    expect(from).toBe("a tunnel of minikube, which has ended");
    expect(closed).toHaveBeenCalledOnce();
    expect(notes).toEqual(["this machine reaches no address of profile minikube: asking minikube for a tunnel"]);
    expect(lines[0]).toBe(
      "url        none that stays. In a second terminal: minikube service online-inference -n online-inference-pod -p minikube --url",
    );
  });

  test("as the last resort through the API server, which is said, with the line that makes curl work", async () => {
    const { all, notes, asked } = ways();
    const { answer, from, lines } = await askStack(address, all);
    expect(answer).toMatchObject(prediction);
    expect(asked).toEqual([`POST ${proxy}`]);
    expect(from).toBe("the API server of context minikube");
    expect(notes.at(-1)).toBe("minikube offers no address that answers: asking through the API server");
    expect(lines).toEqual([
      "url        none on this machine. In a second terminal: kubectl --context minikube --namespace online-inference-pod " +
        "port-forward service/online-inference 30050:8050",
      "curl       curl -s -H content-type:application/json -d @service/patient.json http://127.0.0.1:30050/predict",
    ]);
  });

  test("through the API server at once in a cluster that is no profile of minikube", async () => {
    const { all, notes } = ways();
    expect(await askStack({ ...address, context: "production" }, all)).toMatchObject({
      from: "the API server of context production",
      lines: [],
    });
    expect(notes).toEqual([]);
  });

  test("by no other way where the program itself is at fault", async () => {
    const { all, asked } = ways({ findAddress: () => Promise.reject(new TypeError("a fault of the program")) });
    await expect(askStack(address, all)).rejects.toThrow("a fault of the program");
    expect(asked).toEqual([]);
  });
});

test("an address that swallows what it is sent is given up in seconds", async () => {
  const url = await blackHole();
  const startMs = performance.now();
  expect(await eventually(async () => (await readyPod(url)) !== undefined, 1_000)).toBe(false);
  // A request waits for 3 s; it was 20 requests of 5 s.
  expect(performance.now() - startMs).toBeLessThan(15_000);
});
