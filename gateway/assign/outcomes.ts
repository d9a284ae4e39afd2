import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { subjectHash, type DataKeys } from '../../program/data-keys.ts';
import { requireApp, requireScope, type Caller } from '../callers/caller.ts';
import type { ConfigView } from '../config/view.ts';
import type { Assignment, AssignmentTokens } from '../routing/assignment-token.ts';
import type { Clock } from '../clock.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { RequestEnding } from '../../domain/guardrail/request-course.ts';
import { parseBody } from '../parse-body.ts';
import { noteDealt } from '../routing/note-dealt.ts';
import { checkDecision, decisionSchema, type CheckedDecision } from '../split/decision.ts';
import type { SplitTokens } from '../split/split-tokens.ts';
import type { SeenSubjects } from '../telemetry/seen-subjects.ts';
import type { UsedAssignments } from './used-assignments.ts';

const longestMs = 24 * 60 * 60 * 1000;
const tokensSchema = z.int().min(0).max(1_000_000_000);
const outcomeSchema = z
  .strictObject({
    assignment: z.string().optional().meta({ description: 'Of `POST /v1/assign`' }),
    decision: decisionSchema.optional().meta({ description: 'Made by a split of `GET /v1/split`' }),
    outcome: z.enum(['ok', 'error', 'timeout', 'caller-fault', 'cancelled']),
    // Sums of them are kept: one that is beyond all sense would be all that is left of the others.
    latencyMs: z.number().min(0).max(longestMs),
    usage: z.strictObject({ inputTokens: tokensSchema, outputTokens: tokensSchema }).optional(),
  })
  .refine(({ assignment, decision }) => (assignment === undefined) !== (decision === undefined), {
    path: ['assignment'],
    message: 'is given, or `decision`, and not both',
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
  readonly seen: Pick<SeenSubjects, 'note'>;
  readonly tokens: AssignmentTokens;
  readonly splits: Pick<SplitTokens, 'read'>;
  readonly dataKeys: DataKeys;
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
    const read = outcomes.map((outcome) => ({ outcome, of: readOf(parts, outcome) }));
    for (const { of } of read) {
      requireApp(caller, of.app);
      requireHere(parts.view, of);
    }
    // Of two reports of one assignment the first counts.
    const first = new Map(read.toReversed().map((report) => [report.of.id, report]));
    const free = await parts.used.claim([...first.keys()]);
    for (const [id, { outcome, of }] of first) if (free.has(id)) count(parts, outcome, of);
    return { accepted: free.size, repeated: free.size === 0 };
  };
}

/** What an outcome is of: an assignment that a gateway gave, or a decision that the application made itself. */
type Reported = Pick<Assignment, 'app' | 'arm' | 'version' | 'subject' | 'environment' | 'id'> &
  Partial<Pick<CheckedDecision, 'dealt'>>;

function readOf({ tokens, splits, dataKeys }: OutcomeParts, { assignment, decision }: Outcome): Reported {
  if (decision === undefined) return tokens.read(assignment ?? '');
  const { split, id, arm, subject, drawn, dealt } = checkDecision(splits, decision);
  const { app, environment, version } = split;
  const named = drawn ? {} : { subject: subjectHash(dataKeys, app, subject) };
  return { app, environment, version, arm, id, dealt, ...named };
}

/** Gateways of all environments sign with one key: what one of them assigned says nothing in another. */
function requireHere(view: ConfigView, { app, environment }: Reported): void {
  const here = view.app(app)?.split.environment;
  if (environment === undefined || here === undefined || environment === here) return;
  throw new SluiceError('invalid_request', `A report is of ${environment}, and this is ${here}.`, {
    remedy: 'Send it to a gateway of the environment that gave the assignment, or told the split.',
  });
}

function count(parts: OutcomeParts, { outcome, latencyMs, usage }: Outcome, of: Reported): void {
  const { clock, counters, view } = parts;
  const { app, arm, version: splitVersion, subject, id } = of;
  if (arm === 'none') return;
  noteDecided(parts, of);
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

/** An assignment was counted for the check of the split when it was given; a decision is when it is told of. */
function noteDecided(parts: OutcomeParts, { app, version, subject, dealt }: Reported): void {
  const served = parts.view.app(app);
  // What a gateway draws beside it, it draws by the split that it serves.
  if (dealt === undefined || served?.split.version !== version) return;
  noteDealt(parts, served, {
    ...{ route: { dealt, splitVersion: version }, subjectHash: subject },
    // A decision is made by the weight alone, whoever asks.
    isMember: false,
  });
}
