import { z } from 'zod';
import type { JsonObject } from '../json.ts';
import type { Counting } from '../split/split.ts';
import type {
  BadEventGuardrail,
  BadEventRule,
  Baseline,
  Guardrail,
  MeanGuardrail,
  MetricsQuestion,
  Observer,
} from './guardrail.ts';
import { guardrails } from './guardrails.ts';
import { meansIn, type MeanRule } from './means/mean.ts';
import { optionsIn, sumOfWeights, type GuardrailOptions } from './options.ts';
import type { PlanGuardrails } from './plan-guardrails.ts';
import { judgedSegments, type JudgedSegment, type NamedCounter } from './segments/judged-segments.ts';
import { counterOf } from './segments/counter-names.ts';
import { scopeIn } from './segments/scope.ts';

export { guardrails };

/** Whose guardrails are asked about. */
interface OfPlan {
  readonly guardrails: PlanGuardrails;
}

/** A guardrail of a plan as it is told of: its kind only where that is not its name. */
export interface NamedGuardrail {
  readonly name: string;
  readonly kind?: string | undefined;
}

interface Judged extends GuardrailOptions {
  /** Of its entry in the plan. */
  readonly name: string;
  /** Of the false alarms that the plan allows; 0 where it decides in another way, or nothing. */
  readonly share: number;
  /** Where the plan names some: half of its share is split over them. */
  readonly segments: readonly JudgedSegment[];
}

/** One that is judged by a mean. */
export interface JudgedMean extends Judged {
  readonly guardrail: MeanGuardrail;
  readonly rule: MeanRule;
}

/** One that is judged by bad events. */
export interface JudgedGuardrail extends Judged {
  readonly guardrail: BadEventGuardrail;
  readonly rule: BadEventRule;
  /** The names that gateways count it under, and those of the kind that it has them from. */
  readonly counters: readonly NamedCounter[];
}

/**
 * The guardrails of bad events that a stored plan judges, with their shares of alpha. They are the plan's own for as long as the
 * release runs: a guardrail that this program learnt later has no share in it, and one that only a newer program
 * knows keeps its share, with no evidence.
 */
export function judgedGuardrails(plan: OfPlan): JudgedGuardrail[] {
  return entriesOf(plan).flatMap(({ name, guardrail, settings }) => {
    if (guardrail.kind !== 'bad-event') return [];
    const counters = guardrail.counters.map((ofKind) => ({
      name: counterOf(name, guardrail, ofKind),
      ofKind,
    }));
    const judged = judgedBy(plan, name, settings, counters);
    return [{ ...judged, guardrail, rule: guardrail.rule(settings), counters }];
  });
}

/** Those of means. */
export function judgedMeans(plan: OfPlan): JudgedMean[] {
  return entriesOf(plan).flatMap(({ name, guardrail, settings }) =>
    guardrail.kind === 'mean'
      ? [{ ...judgedBy(plan, name, settings), guardrail, rule: guardrail.rule(settings) }]
      : [],
  );
}

function judgedBy(
  { guardrails: all }: OfPlan,
  name: string,
  settings: JsonObject,
  counters: readonly NamedCounter[] = [],
): Judged {
  const options = optionsIn(settings);
  const share = options.weight === 0 ? 0 : options.weight / sumOfWeights(all);
  return { name, ...options, share, segments: judgedSegments(name, counters, scopeIn(settings)) };
}

/** In a split's counting: the parameters of the guardrails that are not called by their kind, with that kind. */
const namedCountingSchema = z.object({ named: z.record(z.string(), z.record(z.string(), z.json())) });

/** What the split tells gateways of a plan's guardrails. */
export function guardrailCounting(plan: OfPlan, baseline: Baseline): JsonObject {
  const own: JsonObject = {};
  const groups: Record<'named' | 'observed' | 'scored' | 'segments', Record<string, JsonObject>> = {
    ...{ named: {}, observed: {}, scored: {}, segments: {} },
  };
  for (const { name, guardrail, settings } of entriesOf(plan)) {
    const parameters = guardrail.counting(settings, baseline);
    const group = guardrail.kind === 'bad-event' ? 'named' : guardrail.numberOf ? 'observed' : 'scored';
    if (group === 'named' && name === guardrail.name) Object.assign(own, parameters);
    else groups[group][name] = { ...parameters, kind: guardrail.name };
    const scope = scopeIn(settings);
    if (scope !== undefined) groups.segments[name] = { label: scope.label, values: [...scope.values] };
  }
  const told = Object.entries(groups).filter(([, of]) => Object.keys(of).length > 0);
  return { ...own, ...Object.fromEntries(told) };
}

/** The latest of the bounds of a plan's guardrails, in milliseconds after a request's start: it must be waited for. */
export function latestBadMs(plan: OfPlan): number {
  return Math.max(0, ...entriesOf(plan).map(({ guardrail, settings }) => guardrail.boundMs?.(settings) ?? 0));
}

/** The guardrails of a plan that are settled later than its horizons: how long after a request's start. */
export function lateGuardrails(plan: OfPlan): { readonly name: string; readonly afterMs: number }[] {
  return entriesOf(plan).flatMap(({ name, guardrail, settings }) => {
    const afterMs = guardrail.settlesAfterMs?.(settings);
    return afterMs === undefined ? [] : [{ name, afterMs }];
  });
}

/** What metric stores are asked for a plan, by guardrail. */
export function metricsQuestions(plan: OfPlan): ({ readonly name: string } & MetricsQuestion)[] {
  return entriesOf(plan).flatMap(({ name, guardrail, settings }) => {
    const question = guardrail.asks?.(settings);
    return question === undefined ? [] : [{ name, ...question }];
  });
}

/** What a split says of one guardrail's counting. */
export function countingOfNamed(counting: Counting, { name, kind }: NamedGuardrail): Counting {
  if (kind === undefined || kind === name) return counting;
  return { ...counting, ...namedIn(counting)[name] };
}

/** How one that a plan judges is told of. */
export function toldAs({ name, guardrail }: { readonly name: string; readonly guardrail: Guardrail }): {
  readonly name: string;
  readonly kind?: string;
} {
  return name === guardrail.name ? { name } : { name, kind: guardrail.name };
}

/** Does an alarm of this guardrail alone hold the step, and take nothing back? */
export function holdsOnAlarm(named: NamedGuardrail): boolean {
  return kindOf(named)?.onAlarm === 'hold';
}

/** What gateways are to observe of each answer, by the name of the guardrail. */
export function valuesObserved(
  counting: Counting,
): ReadonlyMap<string, NonNullable<MeanGuardrail['numberOf']>> {
  const known = values.get(counting);
  if (known !== undefined) return known;
  const made = new Map(
    Object.entries(meansIn(counting).observed).flatMap(([name, { kind }]) => {
      const guardrail = kindOf({ name, kind });
      return guardrail?.kind === 'mean' && guardrail.numberOf ? [[name, guardrail.numberOf] as const] : [];
    }),
  );
  values.set(counting, made);
  return made;
}
const values = new WeakMap<Counting, ReadonlyMap<string, NonNullable<MeanGuardrail['numberOf']>>>();

/** Is what callers ask a part of what this guardrail measures? */
export function callersDecide(named: NamedGuardrail): boolean {
  return kindOf(named)?.callersDecide === true;
}

/** How a guardrail's name stands in a sentence. */
export function subjectOf({ name, kind }: NamedGuardrail): string {
  return kind === undefined ? (kindOf({ name })?.words.subject ?? name) : name;
}

/** From where on a guardrail's requests are bad, where a split version has fixed it; undefined for most. */
export function boundsOf(named: NamedGuardrail, counting: Counting): string | undefined {
  return kindOf(named)?.bounds?.(countingOfNamed(counting, named));
}

/** All that is observed of each request, by counter. */
export function observersOf(counting: Counting): ReadonlyMap<string, Observer> {
  const known = observers.get(counting);
  if (known !== undefined) return known;
  const made = new Map(observedIn(counting).map(({ counter, observer }) => [counter, observer]));
  observers.set(counting, made);
  return made;
}

/** The events that gateways are to hear of while a split is counted so. */
export function eventsHeard(counting: Counting): string[] {
  return [...observersOf(counting).values()].flatMap(({ hears }) => (hears === undefined ? [] : [hears]));
}

/** The same with the guardrails' names in the plan. */
export function observedIn(
  counting: Counting,
): { readonly name: string; readonly counter: string; readonly observer: Observer }[] {
  const own = guardrails
    .filter(({ onlyNamed }) => onlyNamed !== true)
    .map((guardrail) => ({ name: guardrail.name, guardrail, of: counting }));
  const named = Object.entries(namedIn(counting)).flatMap(([name, parameters]) => {
    const guardrail = guardrails.find((each) => each.name === parameters['kind']);
    return guardrail === undefined ? [] : [{ name, guardrail, of: { ...counting, ...parameters } }];
  });
  return [...own, ...named].flatMap(({ name, guardrail, of }) =>
    Object.entries(guardrail.observers(of)).map(([ofKind, observer]) => ({
      ...{ name, observer },
      counter: counterOf(name, guardrail, ofKind),
    })),
  );
}

/** A gateway asks for the same split's with every request. */
const observers = new WeakMap<Counting, ReadonlyMap<string, Observer>>();

function kindOf({ name, kind = name }: NamedGuardrail): Guardrail | undefined {
  return guardrails.find((guardrail) => guardrail.name === kind);
}

function namedIn(counting: Counting): Readonly<Record<string, JsonObject>> {
  return namedCountingSchema.safeParse(counting).data?.named ?? {};
}

/** The guardrails of a plan that are on and known here: in the registry's order, those of one kind by name. */
function entriesOf({ guardrails: settings }: OfPlan) {
  const entries = Object.entries(settings).flatMap(([name, own]) => {
    const kind = own === 'off' || own['kind'] === undefined ? name : own['kind'];
    return own === 'off' ? [] : [{ name, kind, settings: own }];
  });
  return guardrails.flatMap((guardrail) =>
    entries
      .filter(({ kind }) => kind === guardrail.name)
      .sort((a, b) => Number(a.name > b.name) - Number(a.name < b.name))
      .map(({ name, settings: own }) => ({ name, guardrail, settings: own })),
  );
}
