import type { ArmCounts, HorizonCounts } from '../../domain/guardrail/arm-counts.ts';
import { errors } from '../../domain/guardrail/errors.ts';
import { guardrails } from '../../domain/guardrail/registry.ts';

/** What a gateway has counted of so many requests, of which so many are errors, and none is bad in another way. */
export function countedErrors(exposed: number, bad: number): ArmCounts['guardrails'] {
  const names = guardrails.flatMap(({ counters }) => counters);
  const counted = (ofThemBad: number): HorizonCounts => ({
    short: { exposed, bad: ofThemBad },
    long: { exposed, bad: ofThemBad },
  });
  return { ...Object.fromEntries(names.map((name) => [name, counted(0)])), [errors.name]: counted(bad) };
}
