/** A test for a report that CI systems read; `failure` is there if it failed. */
export type JunitTest = {
  readonly name: string;
  readonly className: string;
  readonly seconds?: number;
  readonly failure?: { readonly message: string; readonly detail: string };
  /** Why it says nothing. */
  readonly skipped?: string;
};

/**
 * A report in the JUnit format that Jenkins, GitLab and GitHub's actions read: one suite of tests. The format has no standard; these
 * elements and attributes are those that all of them know.
 */
export function junitXml(suite: string, tests: readonly JunitTest[]): string {
  const failures = tests.filter(({ failure }) => failure).length;
  const skipped = tests.filter((test) => test.skipped !== undefined).length;
  const sums = `tests="${tests.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(suite)}" ${sums}>`,
    `  <testsuite name="${escaped(suite)}" ${sums}>`,
    ...tests.flatMap(testLines),
    "  </testsuite>",
    "</testsuites>",
  ];
  return `${lines.join("\n")}\n`;
}

function testLines({ name, className, seconds = 0, failure, skipped }: JunitTest): readonly string[] {
  const open = `    <testcase name="${escaped(name)}" classname="${escaped(className)}" time="${seconds}"`;
  if (failure) {
    const { message, detail } = failure;
    return [`${open}>`, `      <failure message="${escaped(message)}">${escaped(detail)}</failure>`, "    </testcase>"];
  }
  if (skipped !== undefined) return [`${open}>`, `      <skipped message="${escaped(skipped)}"/>`, "    </testcase>"];
  return [`${open}/>`];
}

/** XML 1.0 knows most control characters in no spelling: they become blanks. */
const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to replace
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, " ")
    .replace(/[&<>"]/g, (sign) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot" }[sign]};`)
    .replace(/[\n\t]/g, (sign) => `&#${sign.charCodeAt(0)};`);
