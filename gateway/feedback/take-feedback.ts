import { z } from 'zod';
import type { StoredFeedback, ToldFeedback } from '../../config-store/gateway-view/feedback.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { faultSentence, faultsOf } from '../../domain/faults-of.ts';
import { toldValueSchema } from '../../domain/guardrail/answers/told-value.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { inboundCodec } from '../../protocols/registry.ts';
import { protocols } from '../../protocols/request.ts';
import { requireApp, requireScope, type Caller } from '../callers/caller.ts';
import type { Clock } from '../clock.ts';
import { parseBody } from '../parse-body.ts';
import { assignmentValidForMs, type AssignmentTokens } from '../routing/assignment-token.ts';
import { checkDecision, decisionSchema, type CheckedDecision, type ToldDecision } from '../split/decision.ts';
import type { SplitTokens } from '../split/split-tokens.ts';
import type { AnswerIds } from './answer-ids.ts';

/** Later, nothing is kept of it any more that it could be shown beside. */
const takenForMs = 7 * 24 * 60 * 60 * 1000;

/** Of this century: beyond it, it says nothing. In one form, since databases take fewer offsets and fractions than ISO has. */
const timeSchema = z.iso
  .datetime({ offset: true })
  .refine((at) => /^20\d\d-/.test(at) && !Number.isNaN(Date.parse(at)), 'is a time of this century')
  .transform((at) => new Date(at).toISOString());

const itemSchema = z
  .strictObject({
    response: z.string().min(1).max(300).optional().meta({ description: 'The `id` of an answer' }),
    assignment: z.string().min(1).max(2_000).optional().meta({ description: 'Of `POST /v1/assign`' }),
    decision: decisionSchema.optional().meta({ description: 'Made by a split of `GET /v1/split`' }),
    ageMs: z
      .number()
      .min(0)
      .optional()
      .meta({ description: 'Of the decision; since the split was told where it is absent' }),
    name: nameSchema.meta({ description: 'Of the event' }),
    value: toldValueSchema,
    at: timeSchema.optional().meta({ description: 'When it happened: shown, never judged by' }),
  })
  .refine(
    ({ response, assignment, decision }) =>
      [response, assignment, decision].filter((each) => each !== undefined).length === 1,
    { path: ['response'], message: 'is given, or `assignment`, or `decision`, and one of them alone' },
  );
type Item = z.infer<typeof itemSchema>;

/** Each is looked at by itself: one that is wrong keeps no other from counting. */
const itemsSchema = z.strictObject({ items: z.array(z.unknown()).min(1).max(1_000) });

export const feedbackSchema = z.union([itemSchema, itemsSchema]);

/** Whoever has something wrong is told what, and not that it is neither of two things. */
function hasItems(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'items' in body;
}

export interface FeedbackParts {
  readonly clock: Clock;
  readonly ids: Pick<AnswerIds, 'read'>;
  readonly tokens: Pick<AssignmentTokens, 'read'>;
  readonly splits: Pick<SplitTokens, 'read'>;
  readonly environment: string;
  /** Keeps what is new, over all gateways and restarts. */
  readonly store: (told: readonly ToldFeedback[]) => Promise<StoredFeedback>;
}

/** What became of each, in its order. `repeated`: something of that name was told of the answer before, and holds. */
export interface FeedbackTaken {
  readonly accepted: number;
  readonly items: readonly (
    { readonly status: 'accepted' | 'repeated' } | { readonly status: 'refused'; readonly why: string }
  )[];
}

export type TakeFeedback = (caller: Caller, body: unknown) => Promise<FeedbackTaken>;

/**
 * Takes what applications tell of answers after the fact, one or up to 1,000 at once; the first of a name counts for each
 * answer. Throws `unauthenticated`, `forbidden` and `unreachable`, and `invalid_request` for one that is wrong by itself;
 * of several the answer says which were.
 */
export function createFeedback(parts: FeedbackParts): TakeFeedback {
  return async (caller, body) => {
    requireScope(caller, 'feedback');
    const read = hasItems(body)
      ? parseBody(itemsSchema, body).items.map((item) => attempt(parts, caller, item))
      : [told(parts, caller, parseBody(itemSchema, body))];
    const good = read.filter((each) => typeof each !== 'string');
    const stored = good.length === 0 ? { kept: [], full: [] } : await parts.store(good);
    const kept = new Set(stored.kept.map((pair) => pair.join('/')));
    const full = new Set(stored.full.map((pair) => pair.join('/')));
    const items = read.map((each): FeedbackTaken['items'][number] => {
      if (typeof each === 'string') return { status: 'refused', why: each };
      const what = `${each.ref}/${each.name}`;
      if (full.has(what)) return { status: 'refused', why: tooMany };
      // Of two in one batch the first counts.
      return { status: kept.delete(what) ? 'accepted' : 'repeated' };
    });
    return { accepted: items.filter(({ status }) => status === 'accepted').length, items };
  };
}

const tooMany = 'Of an answer at most 32 names are kept.';

/** Why it is refused, where it is. */
function attempt(parts: FeedbackParts, caller: Caller, item: unknown): ToldFeedback | string {
  const parsed = itemSchema.safeParse(item);
  if (!parsed.success) return faultsOf(parsed.error).map(faultSentence).join('; ');
  try {
    return told(parts, caller, parsed.data);
  } catch (error) {
    if (error instanceof SluiceError) return messageOf(error);
    throw error;
  }
}

function told(parts: FeedbackParts, caller: Caller, item: Item): ToldFeedback {
  const { answeredMs, ...of } = whatOf(parts, item);
  requireApp(caller, of.app);
  if (parts.clock.epochMs() - answeredMs > takenForMs) {
    throw new SluiceError('invalid_request', 'The answer is older than 7 days.', {
      remedy: 'Tell of answers within 7 days; within the `within` of an event guardrail it is judged.',
    });
  }
  const { name, value, at } = item;
  return { ...of, name, value, at, answeredAt: new Date(answeredMs).toISOString() };
}

type Of = Pick<ToldFeedback, 'app' | 'ref' | 'arm' | 'splitVersion'> & { readonly answeredMs: number };

function whatOf(parts: FeedbackParts, item: Item): Of {
  if (item.response !== undefined) return ofAnswer(parts, item.response);
  return item.decision === undefined
    ? ofAssignment(parts, item)
    : ofDecision(parts, item.decision, item.ageMs);
}

const prefixes = protocols.map((protocol) => inboundCodec(protocol).idPrefix);

function ofAnswer({ ids }: FeedbackParts, response: string): Of {
  const prefix = prefixes.find((each) => response.startsWith(each)) ?? '';
  const unit = ids.read(response.slice(prefix.length));
  if (unit !== undefined) return unit;
  throw new SluiceError('invalid_request', 'No gateway of this environment has given an answer of that id.', {
    remedy: 'Send the `id` of the answer as it came, to a gateway of the environment that gave it.',
  });
}

function ofAssignment({ tokens, environment: here }: FeedbackParts, { assignment = '' }: Item): Of {
  const { app, arm, version, id, expiresMs, environment = here } = tokens.read(assignment);
  requireHere(here, environment, { what: 'An assignment', came: 'gave it' });
  return {
    ...{ app, ref: id, splitVersion: version, answeredMs: expiresMs - assignmentValidForMs },
    arm: armOf(arm),
  };
}

/** It was made after the split was told; since when, the application's own clock says. */
function ofDecision(
  { splits, clock, environment: here }: FeedbackParts,
  decision: ToldDecision,
  ageMs = Infinity,
): Of {
  const { split, toldMs, id, arm } = checkDecision(splits, decision);
  const { app, environment, version: splitVersion } = split;
  requireHere(here, environment, { what: 'A decision', came: 'told the split' });
  const answeredMs = Math.max(toldMs, clock.epochMs() - ageMs);
  return { app, ref: id, splitVersion, answeredMs, arm: armOf(arm) };
}

function requireHere(
  here: string,
  environment: string,
  { what, came }: { readonly what: string; readonly came: string },
): void {
  if (environment === here) return;
  throw new SluiceError('invalid_request', `${what} is of ${environment}, and this is ${here}.`, {
    remedy: `Tell of it at a gateway of the environment that ${came}.`,
  });
}

function armOf(arm: CheckedDecision['arm']): Of['arm'] {
  return arm === 'candidate' || arm === 'none' ? arm : 'stable';
}
