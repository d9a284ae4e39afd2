import { z } from 'zod';
import type { JsonObject } from '../json.ts';
import type { Counting } from '../split/split.ts';
import type { BadEventRule, Baseline, Guardrail, GuardrailSettings, Observer } from './guardrail.ts';
import { guardrails } from './guardrails.ts';

export { guardrails };

/** The settings of a plan's guardrails, by name; a name that is not there is one that the plan does not judge. */
export type PlanGuardrails = Readonly<Record<string, GuardrailSettings>>;

/** The `guardrails` of a plan's file. */
export const guardrailsSchema = z
  .strictObject(
    Object.fromEntries(
      guardrails.map(({ name, planSchema, words }) => [name, planSchema.meta({ description: words.bad })]),
    ),
  )
  .prefault({});

export interface JudgedGuardrail {
  readonly guardrail: Guardrail;
  readonly rule: BadEventRule;
  /** Of the false alarms that the plan allows. */
  readonly share: number;
}

/**
 * The guardrails that a stored plan judges, with their shares of alpha. They are the plan's own for as long as the
 * release runs: a guardrail that this program learnt later has no share in it, and one that only a newer program
 * knows keeps its share, with no evidence.
 */
export function judgedGuardrails(plan: { readonly guardrails: PlanGuardrails }): JudgedGuardrail[] {
  const on = Object.values(plan.guardrails).filter((settings) => settings !== 'off').length;
  return settingsOf(plan).map(({ guardrail, settings }) => ({
    guardrail,
    rule: guardrail.rule(settings),
    share: 1 / on,
  }));
}

/** What the split tells gateways of a plan's guardrails. */
export function guardrailCounting(
  plan: { readonly guardrails: PlanGuardrails },
  baseline: Baseline,
): JsonObject {
  return Object.assign(
    {},
    ...settingsOf(plan).map(({ guardrail, settings }) => guardrail.counting(settings, baseline)),
  ) as JsonObject;
}

/** The latest of the bounds of a plan's guardrails, in milliseconds after a request's start: it must be waited for. */
export function latestBadMs(plan: { readonly guardrails: PlanGuardrails }): number {
  return Math.max(
    0,
    ...settingsOf(plan).map(({ guardrail, settings }) => guardrail.boundMs?.(settings) ?? 0),
  );
}

/** Does an alarm of this guardrail alone hold the step, and take nothing back? */
export function holdsOnAlarm(name: string): boolean {
  return guardrails.find((guardrail) => guardrail.name === name)?.onAlarm === 'hold';
}

/** Is what callers ask a part of what this guardrail measures? */
export function callersDecide(name: string): boolean {
  return guardrails.find((guardrail) => guardrail.name === name)?.callersDecide === true;
}

/** How a guardrail's name stands in a sentence. */
export function subjectOf(name: string): string {
  return guardrails.find((guardrail) => guardrail.name === name)?.words.subject ?? name;
}

/** From where on a guardrail's requests are bad, where a split version has fixed it; undefined for most. */
export function boundsOf(name: string, counting: Counting): string | undefined {
  return guardrails.find((guardrail) => guardrail.name === name)?.bounds?.(counting);
}

/** All that is observed of each request, by counter. */
export function observersOf(counting: Counting): ReadonlyMap<string, Observer> {
  const known = observers.get(counting);
  if (known !== undefined) return known;
  const made = new Map(guardrails.flatMap((guardrail) => Object.entries(guardrail.observers(counting))));
  observers.set(counting, made);
  return made;
}

/** A gateway asks for the same split's with every request. */
const observers = new WeakMap<Counting, ReadonlyMap<string, Observer>>();

function settingsOf({ guardrails: settings }: { readonly guardrails: PlanGuardrails }) {
  return guardrails.flatMap((guardrail) => {
    const own = settings[guardrail.name];
    return own === undefined || own === 'off' ? [] : [{ guardrail, settings: own }];
  });
}
