import { expect, test } from "vitest";
import { together } from "../../../cli/commands/down.ts";
import { UserError } from "../../../common/user-error.ts";

test("failures of several stacks are their messages alone, one below the other", () => {
  const failures = [new UserError("stack pod is in use"), new UserError("pulumi destroy of stack rolling failed: no")];
  const failure = together(failures);
  expect(failure).toBeInstanceOf(UserError);
  expect(failure?.message).toBe("stack pod is in use\npulumi destroy of stack rolling failed: no");
});

test("a single failure stays as it is, and none is none", () => {
  const failure = new TypeError("a fault of the program");
  expect(together([failure])).toBe(failure);
  expect(together([])).toBeUndefined();
});
