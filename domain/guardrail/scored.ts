import { z } from 'zod';
import type { Counting } from '../split/split.ts';
import type { PlanGuardrails } from './plan-guardrails.ts';

/** The kind of guardrails that judge what live answers are scored. */
const scoreKind = 'score';

/** In a split's counting: what others than gateways observe, by the names of guardrails. */
const countingSchema = z.object({ scored: z.record(z.string(), z.unknown()) });

/** Are live answers scored under a split version? Then gateways keep those that are chosen. */
export function isScored(counting: Counting): boolean {
  const known = scored.get(counting);
  if (known !== undefined) return known;
  const { data } = countingSchema.safeParse(counting);
  const found = Object.keys(data?.scored ?? {}).length > 0;
  scored.set(counting, found);
  return found;
}

/** A gateway asks for the same split's with every request. */
const scored = new WeakMap<Counting, boolean>();

/** A guardrail of a plan that judges scores. */
export interface ScoredGuardrail {
  readonly name: string;
  /** Whose `live` scores; all suites of the release where it says nothing. */
  readonly suite?: string | undefined;
}

const settingsSchema = z.looseObject({ kind: z.string().optional(), suite: z.string().optional() });

/** Those of a stored plan that are on. */
export function scoredGuardrails(guardrails: PlanGuardrails): ScoredGuardrail[] {
  return Object.entries(guardrails).flatMap(([name, settings]) => {
    const own = settingsSchema.safeParse(settings);
    return own.success && (own.data.kind ?? name) === scoreKind ? [{ name, suite: own.data.suite }] : [];
  });
}

/** What of a suite says whether it scores live answers. */
interface ScoringSuite {
  readonly name: string;
  readonly content: { readonly live?: unknown };
}

/**
 * A guardrail of a plan that these suites give no score for, with what it lacks: its release would stop in its first step,
 * before users, and wait for numbers that nobody makes.
 */
export function scoredByNobody(
  guardrails: PlanGuardrails,
  suites: readonly ScoringSuite[],
): { readonly name: string; readonly lacks: string } | undefined {
  const scoring = suites.filter(({ content }) => content.live !== undefined).map(({ name }) => name);
  for (const { name, suite } of scoredGuardrails(guardrails)) {
    if (suite === undefined && scoring.length === 0)
      return { name, lacks: 'no suite says under `live` how answers are scored' };
    if (suite !== undefined && !scoring.includes(suite))
      return { name, lacks: `there is no suite "${suite}" that says under \`live\` how answers are scored` };
  }
  return undefined;
}
