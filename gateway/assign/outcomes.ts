import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { requireApp, requireScope, type Caller } from '../callers/caller.ts';
import type { ConfigView } from '../config/view.ts';
import type { Assignment, AssignmentTokens } from '../routing/assignment-token.ts';
import type { Clock } from '../clock.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { RequestEnding } from '../../domain/guardrail/request-course.ts';
import { parseBody } from '../parse-body.ts';
import type { UsedAssignments } from './used-assignments.ts';

const longestMs = 24 * 60 * 60 * 1000;
const tokensSchema = z.int().min(0).max(1_000_000_000);
const outcomeSchema = z.strictObject({
  assignment: z.string(),
  outcome: z.enum(['ok', 'error', 'timeout', 'caller-fault', 'cancelled']),
  // Sums of them are kept: one that is beyond all sense would be all that is left of the others.
  latencyMs: z.number().min(0).max(longestMs),
  usage: z.strictObject({ inputTokens: tokensSchema, outputTokens: tokensSchema }).optional(),
});
export const batchSchema = z.strictObject({
  /** For the reporter's own logs: what counts once is each assignment. */
  batch: z.string().min(1).max(200),
  // The number is looked at before the first of them: a fault for each of many would be an answer of its own.
  outcomes: z.array(z.unknown()).min(1).max(1000).pipe(z.array(outcomeSchema)),
});

type Outcome = z.infer<typeof outcomeSchema>;

const endings: Record<Outcome['outcome'], RequestEnding> = {
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
  readonly used: UsedAssignments;
}

/** Takes a batch of outcomes of those who call providers themselves; an assignment counts once (invariants 18 and 32). */
export type ReportOutcomes = (
  caller: Caller,
  body: unknown,
) => Promise<{ readonly accepted: number; readonly repeated: boolean }>;

/**
 * `accepted` is how many count now; those whose assignment was counted before, by whichever gateway, do not. Throws
 * `unauthenticated`, `forbidden`, `invalid_request` and `unreachable`, and then counts nothing.
 */
export function createOutcomeReports(parts: OutcomeParts): ReportOutcomes {
  return async (caller, body) => {
    requireScope(caller, 'outcomes');
    const { outcomes } = parseBody(batchSchema, body);
    const read = outcomes.map((outcome) => ({
      outcome,
      assignment: parts.tokens.read(outcome.assignment),
    }));
    for (const { assignment } of read) {
      requireApp(caller, assignment.app);
      requireHere(parts.view, assignment);
    }
    // Of two reports of one assignment the first counts.
    const first = new Map(read.toReversed().map((report) => [report.assignment.id, report]));
    const free = await parts.used.claim([...first.keys()]);
    for (const [id, { outcome, assignment }] of first) if (free.has(id)) count(parts, outcome, assignment);
    return { accepted: free.size, repeated: free.size === 0 };
  };
}

/** Gateways of all environments sign with one key: what one of them assigned says nothing in another. */
function requireHere(view: ConfigView, { app, environment }: Assignment): void {
  const here = view.app(app)?.split.environment;
  if (environment === undefined || here === undefined || environment === here) return;
  throw new SluiceError('invalid_request', `An assignment is of ${environment}, and this is ${here}.`, {
    remedy: 'Report it to a gateway of the environment that gave it.',
  });
}

function count(
  { clock, counters, view }: OutcomeParts,
  { outcome, latencyMs, usage }: Outcome,
  { app, arm, version: splitVersion, subject, id }: Assignment,
): void {
  if (arm === 'none') return;
  counters
    .admit({
      app,
      splitVersion,
      arm,
      counting: view.countingOf(app, splitVersion),
      subjectHash: subject,
      refs: [id],
      // It is over: who called says what it was, however long it took.
      totalTimeoutMs: Infinity,
      startedMs: clock.nowMs() - latencyMs,
      settleAtLong: true,
    })
    .end(endings[outcome], usage);
}
