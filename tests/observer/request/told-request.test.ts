import { expect, test } from "vitest";
import { noticesOf } from "../../../observer/request/told-request.ts";

test.each([
  [{ insecure: true }, "https://192.168.49.2:30443/", 1],
  [{ insecure: true }, "http://192.168.49.2:30080/", 0],
  [{ ca: "-----BEGIN CERTIFICATE-----" }, "https://192.168.49.2:30443/", 0],
  [undefined, "https://192.168.49.2:30443/", 0],
])("requests with tls %j to %s get %i notices", (tls, url, number) => {
  const notices = noticesOf(tls ? { tls } : {}, url);
  expect(notices).toHaveLength(number);
  for (const notice of notices) expect(notice).toContain("Certificates were not checked (insecure)");
});
