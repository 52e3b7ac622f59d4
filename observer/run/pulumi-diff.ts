/** The heading under which Pulumi prints what a resource became: of a Pod all that the API server knows of it. */
const OUTPUTS = "--outputs:--";

/**
 * What `pulumi up --diff` prints of its changes, without what came out of them: outputs are hundreds of lines, and the watch
 * records them anyway. An example:
 *
 *     ~ kubernetes:apps/v1:Deployment: (update)          stays
 *         [id=ns/online-inference]                       stays
 *       ~ spec: {                                        stays
 *           ~ replicas: 2 => 3                           stays
 *         }                                              stays
 *         --outputs:--                                   goes, with all that is not left of it
 *       ~ status: {                                      goes: properties begin two columns left of their heading
 *           ~ replicas: 2 => 3                           goes
 *         }                                              goes
 *     + kubernetes:core/v1:Service: (create)             stays
 */
export function withoutOutputs(output: string): string {
  let leftOf = Number.POSITIVE_INFINITY;
  const kept = output.split("\n").filter((line) => {
    if (line.trim() === OUTPUTS) leftOf = indentOf(line) - SIGN_COLUMNS;
    else if (line.trim() !== "" && indentOf(line) < leftOf) leftOf = Number.POSITIVE_INFINITY;
    return leftOf === Number.POSITIVE_INFINITY;
  });
  return kept.join("\n");
}

/** Pulumi prints the sign of a changed property in the two columns before its name. */
const SIGN_COLUMNS = 2;

const indentOf = (line: string): number => line.length - line.trimStart().length;
