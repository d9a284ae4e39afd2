import { z } from 'zod';
import { oddsText } from '../../domain/guardrail/odds.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { percents } from './percents.ts';

/** The worst of a guardrail's segments, as a look leaves it. */
export const segmentSchema = z.object({
  ...{ name: z.string(), evidence: z.number(), actsAt: z.number() },
  ...{ candidateRate: z.number().nullable(), stableRate: z.number().nullable() },
  values: z.object({ candidate: z.string(), stable: z.string() }).optional(),
});

/** `, worst in tenant=acme: 5.0 % against 1.0 %, 1,100 : 1, acts at 665 : 1`: behind what is said of all requests. */
export function segmentText({
  name,
  evidence,
  actsAt,
  candidateRate,
  stableRate,
  values = { candidate: rateText(candidateRate), stable: rateText(stableRate) },
}: z.infer<typeof segmentSchema>): string {
  const rates = `${values.candidate} against ${values.stable}`;
  return `, worst in ${oneLine(name)}: ${rates}, ${oddsText(evidence)}, acts at ${oddsText(actsAt)}`;
}

function rateText(rate: number | null): string {
  return rate === null ? 'nothing' : `${percents(rate)} %`;
}
