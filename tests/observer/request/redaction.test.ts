import { describe, expect, test } from "vitest";
import { safeCommand, safeUrl } from "../../../observer/request/redaction.ts";

describe("what may be written", () => {
  test.each([
    ["https://ada:s3cret@shop.example/v1/items?key=s3cret#s3cret", "https://shop.example/v1/items?(left out)"],
    ["http://10.0.0.7:30050/predict", "http://10.0.0.7:30050/predict"],
    ["http://[fd00::2]:80/", "http://[fd00::2]/"],
    ["s3cret", "(left out)"],
  ])("of the URL %s", (url, told) => {
    expect(safeUrl(url)).toBe(told);
  });

  test.each([
    [["/usr/local/bin/helm", "upgrade", "--set", "token=s3cret"], "helm and 3 arguments (left out)"],
    [["deploy", "s3cret"], "deploy and 1 argument (left out)"],
    [["./roll.sh"], "roll.sh"],
    [["TOKEN=s3/cret", "deploy"], "TOKEN=(left out) and 1 argument (left out)"],
  ])("of the command %s", (argv, told) => {
    expect(safeCommand(argv)).toBe(told);
  });
});
