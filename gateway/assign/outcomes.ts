import { z } from 'zod';
import type { ConfigView } from '../config/view.ts';
import type { AssignmentTokens } from '../routing/assignment-token.ts';
import type { Clock } from '../clock.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Ending } from '../../domain/guardrail/request-course.ts';
import { parse } from './assign.ts';

const batchesRemembered = 10_000;
const longestMs = 24 * 60 * 60 * 1000;
const tokensSchema = z.int().min(0).max(1_000_000_000);
const outcomeSchema = z.strictObject({
  assignment: z.string(),
  outcome: z.enum(['ok', 'error', 'timeout', 'caller-fault', 'cancelled']),
  // Sums of them are kept: one that is beyond all sense would be all that is left of the others.
  latencyMs: z.number().min(0).max(longestMs),
  usage: z.strictObject({ inputTokens: tokensSchema, outputTokens: tokensSchema }).optional(),
});
const batchSchema = z.strictObject({
  /** The same id again changes nothing. */
  batch: z.string().min(1).max(200),
  // The number is looked at before the first of them: a fault for each of many would be an answer of its own.
  outcomes: z.array(z.unknown()).min(1).max(1000).pipe(z.array(outcomeSchema)),
});

type Outcome = z.infer<typeof outcomeSchema>;

const endings: Record<Outcome['outcome'], Ending> = {
  ok: 'completed',
  error: 'failed',
  timeout: 'failed',
  'caller-fault': 'caller-fault',
  cancelled: 'left-midway',
};

export interface OutcomeParts {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly tokens: AssignmentTokens;
  readonly view: ConfigView;
}

/** Takes a batch of outcomes of those who call providers themselves; a batch acts once (invariant 18). */
export type ReportOutcomes = (body: unknown) => { accepted: number; repeated: boolean };

/** Reports are remembered by this gateway, the newest 10,000. Throws `invalid_request`, and then counts nothing. */
export function createOutcomeReports({ clock, counters, tokens, view }: OutcomeParts): ReportOutcomes {
  const known = new Set<string>();
  return (body) => {
    const { batch, outcomes } = parse(batchSchema, body);
    if (known.has(batch)) return { accepted: 0, repeated: true };
    const read = outcomes.map((outcome) => ({ outcome, assignment: tokens.read(outcome.assignment) }));
    known.add(batch);
    const [oldest] = known;
    if (known.size > batchesRemembered && oldest !== undefined) known.delete(oldest);
    for (const { outcome, assignment } of read) {
      const { app, arm, version: splitVersion, subject } = assignment;
      if (arm === 'none') continue;
      const counting = view.countingOf(app, splitVersion);
      const startedMs = clock.nowMs() - outcome.latencyMs;
      counters
        .admit({
          app,
          splitVersion,
          arm,
          counting,
          subjectHash: subject,
          // It is over: who called says what it was, however long it took.
          totalTimeoutMs: Infinity,
          startedMs,
          settleAtLong: true,
        })
        .end(endings[outcome.outcome], outcome.usage);
    }
    return { accepted: outcomes.length, repeated: false };
  };
}
