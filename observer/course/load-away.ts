import type { Course } from "./course.ts";
import { coveredMs, type Span, within } from "./span.ts";

/*
 * Times in which the load's own process was stopped or got no CPU. What failed meanwhile says nothing of the service.
 *
 * Example: the load is held up from 30 s to 38 s. A request of 29.9 s counts as timed out at 38.0 s, since its patience is 5 s; yet
 * the load was awake for 0.1 s of these 8.1 s, and its answer may have come long before.
 */

/** What a sender that was held up writes into its gap: see observer/load/open-loop.ts. */
const HELD_UP = /the sender was held up/;
/** A request of which the load was away for as long or longer may have failed for that. */
const AWAY_MS = 500;

/** The gaps in which the load was held up. */
export const holdUps = ({ gaps }: Pick<Course, "gaps">): Course["gaps"] =>
  gaps.filter(({ source, why }) => source === "load" && HELD_UP.test(why));

/** How long the load was away while a request was under way, and the first gap that shows it; undefined where that is too short to matter. */
export function awayDuring(
  course: Pick<Course, "gaps">,
  request: Span,
): { readonly awayMs: number; readonly gap: Course["gaps"][number] } | undefined {
  const away = within(holdUps(course), { fromMs: request.fromMs, untilMs: request.untilMs + 1 });
  const awayMs = coveredMs(away);
  const [gap] = away;
  return gap && awayMs >= AWAY_MS ? { awayMs, gap } : undefined;
}
