import type { Pool } from 'pg';
import { z } from 'zod';
import { equalPasses } from '../../analysis/mirror/equal-passes.ts';
import { fitPlan, type KnownTraffic } from '../../analysis/plan-fit/fit-plan.ts';
import { readStableHistory, type StableHistory } from '../../config-store/looks/read-stable-record.ts';
import { readPolicy } from '../../config-store/policies/read-policy.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { SluiceError } from '../../domain/errors.ts';
import { judgedGuardrails } from '../../domain/guardrail/registry.ts';
import { fittedPlan, trafficClassOf } from '../../domain/release/fitted-plan.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { rolloutViolations } from '../../domain/policy/rollout-rules.ts';
import { planSchema, type Plan } from '../../domain/release/plan.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { planFitRequestSchema, planFitSchema, type PlanFit } from '../schemas/plan-fit.ts';
import { existingApp } from './existing-app.ts';

const environment = 'production';
/** Over so many days traffic and rates are those of now. */
const days = 7;
const dayMs = 24 * 60 * 60 * 1000;
/** Less than this says nothing about a day. */
const leastSpanMs = 10 * 60 * 1000;

/** What a plan does for an app's real traffic. */
export function planFitRoute({ db }: { readonly db: Pool }): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/apps/{app}/plan-fit',
    operationId: 'fitPlan',
    summary: "What a plan's steps find in an app's traffic, how long they take, and which plan suits it",
    role: 'viewer',
    action: 'read',
    concerns: 'path.app',
    params: z.object({ app: nameSchema }),
    body: planFitRequestSchema,
    // It is asked again as the traffic grows.
    keepAnswer: 'never',
    answers: { 200: { description: 'What it does', schema: planFitSchema } },
    async handle({ params: { app }, body: { plan, requestsPerDay } }) {
      await existingApp(db, app);
      const split = await readSplit(db, { app, environment });
      const known = await readStableHistory(db, { app, environment, stable: split?.stable, days });
      const { policy } = await readPolicy(db, app);
      return { status: 200, body: fitOf(plan, policy, known, requestsPerDay) };
    },
  });
}

function fitOf(plan: Plan, policy: Policy, known: StableHistory, said: number | undefined): PlanFit {
  const { traffic } = known;
  const requestsPerDay = said ?? countedPerDay(traffic);
  const fitted = fitPlan(plan, {
    ...{ requestsPerDay, baseRates: baseRatesOf(plan, known), segments: segmentsOf(plan, known) },
  });
  const { mirror, steps, holdback, guard } = fittedPlan(requestsPerDay);
  return {
    requestsPerDay,
    ...(said === undefined && traffic.since !== undefined
      ? { since: new Date(traffic.since).toISOString() }
      : {}),
    decidedBy: trafficClassOf(requestsPerDay),
    ...fitted,
    // JSON has no other number for "never".
    takesMs: finite(fitted.takesMs),
    steps: fitted.steps.map((step) => ({
      ...step,
      takesMs: finite(step.takesMs),
      finds: [...step.finds],
    })),
    ...fittedMirror(plan, traffic),
    suggested: {
      ...{ mirror: { ...mirror }, steps: steps.map((step) => ({ ...step })), holdback, guard },
      against: against(policy, planSchema.parse({ mirror, steps, holdback, guard })),
    },
  };
}

/** What a policy has against the steps of a plan, whoever asks for it. */
function against(policy: Policy, plan: Plan): string[] {
  const asked = {
    plan,
    suites: [],
    revision: { prompts: {} },
    requester: { role: 'admin' },
    skips: [],
  } as const;
  return rolloutViolations(policy, asked).map(
    ({ rule, demanded, given }) => `${rule}: ${demanded}, not ${given}`,
  );
}

/** Throws `lacks_data` where nobody has counted for long enough. */
function countedPerDay({ requests, since }: StableHistory['traffic']): number {
  const spanMs = since === undefined ? 0 : Date.now() - Date.parse(since);
  if (spanMs >= leastSpanMs && requests > 0) return (requests * dayMs) / spanMs;
  throw new SluiceError('lacks_data', 'It is not known yet how many requests a day the app has.', {
    remedy: 'Say it: --requests-per-day N; or ask again after ten minutes of traffic.',
  });
}

/** Stable's rates: of releases before, else of what gateways have recorded. */
function baseRatesOf(plan: Plan, { counted, record }: StableHistory): Record<string, number> {
  const rates = judgedGuardrails(plan).flatMap(({ name, guardrail, counters }) => {
    const settings = plan.guardrails[name];
    const before = counted[counters[0]?.name ?? name];
    const recorded =
      settings === undefined || settings === 'off' ? undefined : guardrail.foreseen?.base?.(record, settings);
    const found = before ?? recorded;
    return found === undefined || found.units === 0 ? [] : [[name, found.bad / found.units] as const];
  });
  return Object.fromEntries(rates);
}

/** How large segments were, and how often stable was bad in them, by the releases that have counted them. */
function segmentsOf(plan: Plan, { counted }: StableHistory): NonNullable<KnownTraffic['segments']> {
  const sizes = judgedGuardrails(plan).flatMap(({ counters: [whole], segments }) =>
    segments.flatMap(({ key, counters: [own] }) => {
      const [all, part] = [whole && counted[whole.name], own && counted[own.name]];
      if (all === undefined || part === undefined || all.units === 0 || part.units === 0) return [];
      return [
        [key, { share: Math.min(1, part.units / all.units), baseRate: part.bad / part.units }] as const,
      ];
    }),
  );
  return Object.fromEntries(sizes);
}

/** Shares of the pairs that may differ by chance: how many do is the app's, and nobody has counted it. */
const mayDiffer = [0.01, 0.03, 0.08] as const;

/** What a mirror asks, and how often it lets an equal candidate pass. */
function fittedMirror({ mirror }: Plan, traffic: StableHistory['traffic']): Pick<PlanFit, 'mirror'> {
  if (mirror === 'skip') return {};
  const calls = 2 * mirror.samples;
  const { samples: pairs, margin } = mirror;
  const passes = mayDiffer.map((differ) => ({ differ, chance: equalPasses({ pairs, margin, differ }) }));
  const { requests, tokensIn, tokensOut } = traffic;
  if (requests === 0) return { mirror: { calls, passes } };
  const of = (tokens: number): number => Math.round((calls * tokens) / requests);
  return { mirror: { calls, passes, tokensIn: of(tokensIn), tokensOut: of(tokensOut) } };
}

const finite = (ms: number): number => (Number.isFinite(ms) ? ms : Number.MAX_SAFE_INTEGER);
