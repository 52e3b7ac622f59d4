import { expect, test } from "vitest";
import { loadPath } from "../../../observer/report/load-path.ts";

test.each([
  ["host", "http://127.0.0.1:30055/predict", "from this machine, through a proxy on 127.0.0.1, to the NodePort"],
  ["host", "http://localhost:8080/", "from this machine, through a proxy on localhost, to the given address"],
  ["host", "http://[::1]:30055/", "from this machine, through a proxy on [::1], to the NodePort"],
  ["host", "http://192.168.49.2:30055/predict?a=b:1", "from this machine, to a node's NodePort"],
  ["host", "https://user:secret@shop.example/", "from this machine, to the given address or a load balancer"],
  ["cluster", "http://NODE_ADDRESS:30055/predict", "from a Job in the cluster, to the NodePort of its own node"],
  ["cluster", "http://web.shop.svc:80/", "from a Job in the cluster, to the Service's address"],
  ["cluster", "https://shop.example/", "from a Job in the cluster, to the given address"],
] as const)("load from the %s to %s went %s", (from, url, path) => {
  expect(loadPath({ from, url })).toBe(path);
});
