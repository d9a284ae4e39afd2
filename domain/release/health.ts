import { z } from 'zod';
import { durationMs } from '../duration.ts';
import { workflowStates, type HealthFacts } from './health-facts.ts';
import { conditions, findingsOf, heldByCallers, notServed } from './health-findings.ts';

/** What is true of an open release now. Times in milliseconds, ages by the database's clock. */
export const healthSchema = z
  .object({
    condition: z.enum(conditions),
    says: z.array(z.string()).meta({ description: 'Why it is not well, the worst first; empty where it is' }),
    weight: z.object({
      set: z.number(),
      served: z.number().nullable().meta({
        description: 'What gateways serve: 0 where the lease is over; null where they do not agree',
      }),
    }),
    audience: z
      .object({ set: z.number(), served: z.number().nullable() })
      .optional()
      .meta({ description: 'The same of the plan’s audience, while it alone has the candidate' }),
    lookAgeMs: z.number().optional().meta({ description: 'Since the newest valid look' }),
    leaseLeftMs: z
      .number()
      .optional()
      .meta({ description: 'Until gateways serve stable only, unless a look renews it' }),
    gateways: z.object({ live: z.int(), missing: z.array(z.string()) }),
    clients: z
      .int()
      .optional()
      .meta({ description: 'Processes of applications that decide themselves and live' }),
    waitingFor: z.string().optional(),
    callersWord: z.string().optional().meta({
      description: 'What callers choose or say alone, for which it does not pass by itself',
    }),
    waitingUntil: z.iso.datetime().optional().meta({ description: 'Then the release ends by itself' }),
    workflow: z
      .object({
        state: z.enum(workflowStates),
        seenAgeMs: z.number(),
        pollers: z.int().optional(),
        evaluators: z
          .int()
          .optional()
          .meta({ description: 'Workers that wait for evaluations and mirror replays' }),
        backlogMs: z.number().optional().meta({ description: 'How long the oldest task waits for a worker' }),
        failing: z.object({ forMs: z.number(), why: z.string() }).optional(),
      })
      .optional()
      .meta({ description: 'As the reconciler last saw it, or the start' }),
  })
  .meta({ id: 'ReleaseHealth' });

export type Health = z.infer<typeof healthSchema>;

/** What the facts mean, the worst first. */
export function healthOf(facts: HealthFacts): Health {
  const findings = findingsOf(facts);
  const { lookAgeMs, leaseLeftMs, callersWord } = facts;
  const waits = waitingOf(facts);
  return {
    condition: findings[0]?.condition ?? 'well',
    says: findings.map(({ says }) => says),
    weight: { set: facts.weight, served: servedOf(facts, facts.weight) },
    ...(facts.weight > 0 || facts.audience === undefined
      ? {}
      : { audience: { set: facts.audience, served: servedOf(facts, facts.audience) } }),
    ...(lookAgeMs === undefined ? {} : { lookAgeMs }),
    ...(leaseLeftMs === undefined ? {} : { leaseLeftMs: Math.max(0, leaseLeftMs) }),
    gateways: { live: facts.gatewaysLive, missing: facts.gatewaysMissing },
    ...(facts.clientsLive === undefined ? {} : { clients: facts.clientsLive }),
    ...waits,
    ...(callersWord === undefined || heldByCallers(facts) === undefined ? {} : { callersWord }),
    ...workflowOf(facts),
  };
}

/** What holds at the gateways, which go back to stable by themselves where the lease is over. */
function servedOf(
  { leaseLeftMs = 0, gatewaysLive, gatewaysMissing }: HealthFacts,
  share: number,
): number | null {
  if (share === 0 || leaseLeftMs <= 0 || gatewaysLive === 0) return 0;
  return gatewaysMissing.length === 0 ? share : null;
}

function waitingOf(facts: HealthFacts): Pick<Health, 'waitingFor' | 'waitingUntil'> {
  const { state, waitingFor, waitingSince, waitingUntil, pausedAt, plan } = facts;
  if (state === 'paused')
    return { waitingFor: 'a person: resume, promote or abort', ...until(pausedAt, plan.maxPause) };
  if (waitingFor !== undefined && waitingUntil !== undefined) {
    return { waitingFor, waitingUntil: new Date(waitingUntil).toISOString() };
  }
  if (waitingFor !== undefined) return { waitingFor, ...until(waitingSince, plan.maxBlind) };
  // All but a freeze of the calendar, which has an end of its own, ends with the plan's patience.
  if (facts.waitsFor !== undefined && facts.waitsUntil === undefined)
    return { waitingFor: facts.waitsFor, ...until(facts.waitsSince, plan.maxPause) };
  if (facts.waitsFor !== undefined) return { waitingFor: facts.waitsFor };
  const missing = notServed(facts);
  return missing === undefined ? {} : { waitingFor: missing.says };
}

function until(sinceIso: string | undefined, lasts: string | undefined): Pick<Health, 'waitingUntil'> {
  if (sinceIso === undefined || lasts === undefined) return {};
  return { waitingUntil: new Date(Date.parse(sinceIso) + durationMs(lasts)).toISOString() };
}

function workflowOf(facts: HealthFacts): Pick<Health, 'workflow'> {
  const {
    workflow: state,
    seenAgeMs = 0,
    pollers,
    evaluators,
    backlogMs,
    failingMs: forMs,
    failingWhy: why = '',
  } = facts;
  if (state === undefined) return {};
  return {
    workflow: {
      ...{ state, seenAgeMs },
      ...(pollers === undefined ? {} : { pollers }),
      ...(evaluators === undefined ? {} : { evaluators }),
      ...(backlogMs === undefined ? {} : { backlogMs }),
      ...(forMs === undefined ? {} : { failing: { forMs, why } }),
    },
  };
}
