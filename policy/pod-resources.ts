import { quantity } from "../kubernetes/quantity.ts";
import { containerRule } from "./pods.ts";
import type { Rule } from "./rule.ts";

/** Requests and limits of containers. */
export const podResources: readonly Rule[] = [
  containerRule(
    { name: "requests-and-limits", audience: "anybody", level: "warning" },
    "CPU and memory are requested and limited, the request no higher than the limit.",
    function* ({ resources = {} }, path) {
      for (const resource of ["cpu", "memory"]) {
        const [request, limit] = [resources.requests?.[resource], resources.limits?.[resource]];
        const at = (kind: string) => `${path}.resources.${kind}.${resource}`;
        const [requested, limited] = [amountOf(request), amountOf(limit)];
        if (requested === undefined) yield { path: at("requests"), message: `must be a quantity, is ${request}` };
        if (limited === undefined) yield { path: at("limits"), message: `must be a quantity, is ${limit}` };
        if (requested !== undefined && limited !== undefined && requested > limited) {
          yield { path: at("requests"), message: `must be at most the limit, which is ${limit}, is ${request}` };
        }
      }
    },
  ),
];

function amountOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    return quantity(text);
  } catch {
    return undefined;
  }
}
