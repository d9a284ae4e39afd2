import { casesToShow, lookZ, oneLookZ } from '../../analysis/gate/gate-looks.ts';
import type { EvaluateSettings } from '../../domain/release/plan.ts';
import type { Packed } from './pack.ts';

type Content = Pick<Packed, 'plans' | 'suites'>;

/** A gate that could only ever be inconclusive: what it asks cannot be shown by so few cases, even if all pass. */
interface SmallGate {
  /** `a pass rate of 90 %`. */
  readonly asks: string;
  /** `7 cases`. */
  readonly has: string;
  /** The least number that can show it; Infinity: no number can. */
  readonly needed: number;
  readonly remedy: string;
}

/** Warnings of gates that could not pass even if every case did, each a sentence with its remedy. */
export function smallSuiteWarnings({ plans, suites }: Content): string[] {
  const found = Object.entries(plans).flatMap(([plan, { evaluate, mirror }]) => [
    ...(evaluate === 'skip' ? [] : smallGates(evaluate, suites).map((gate) => ({ plan, gate }))),
    ...(mirror === 'skip' ? [] : smallMirror(mirror).map((gate) => ({ plan, gate }))),
  ]);
  const alike = Map.groupBy(found, ({ gate }) => JSON.stringify(gate));
  return [...alike.values()].flatMap((group) =>
    group.slice(0, 1).map(({ gate }) =>
      sentence(
        gate,
        group.map(({ plan }) => plan),
      ),
    ),
  );
}

function smallGates(settings: EvaluateSettings, suites: Content['suites']): SmallGate[] {
  const { minPassRate, margin, maxRepeats, suites: names } = settings;
  const tests = suites
    .filter(({ name }) => names?.includes(name) ?? true)
    .flatMap(({ name, content }) => content.tests.map((test) => ({ name, ...test })));
  // By their own rule critical cases are tried as often as it takes.
  if (settings.only === 'critical' && tests.some(({ critical }) => critical)) return [];
  // Cases of one group share their fate, and count as one.
  const units = new Set(tests.map(({ name, group }, i) => (group === undefined ? i : `${name}/${group}`)))
    .size;
  const has = `${units} ${units === tests.length ? 'cases' : 'groups of cases'}`;
  const z = lookZ(maxRepeats);
  const rate = { asks: `a pass rate of ${percent(minPassRate)} %`, has, remedy: 'lower minPassRate' };
  const difference = {
    asks: `no more than ${percent(margin)} points below stable`,
    has,
    remedy: 'raise the margin',
  };
  return [
    { ...rate, needed: casesToShow(1 - minPassRate, z) },
    { ...difference, needed: casesToShow(margin, z) },
  ].filter(({ needed }) => units < needed);
}

function smallMirror({
  samples,
  margin,
}: {
  readonly samples: number;
  readonly margin: number;
}): SmallGate[] {
  const needed = casesToShow(margin, oneLookZ);
  if (samples >= needed) return [];
  const asks = `no more than ${percent(margin)} points below stable in the mirror`;
  return [{ asks, has: `${samples} samples`, needed, remedy: 'raise its margin' }];
}

function sentence({ asks, has, needed, remedy }: SmallGate, plans: readonly string[]): string {
  const gate = `the gate of ${plans.map((plan) => `"${plan}"`).join(', ')} asks for ${asks}`;
  return needed === Infinity
    ? `${gate}, which no number of cases can show; it would always be inconclusive. ${capital(remedy)}.`
    : `${gate}, which ${has} cannot show even if all pass; it would be inconclusive. Have ${needed} or more, or ${remedy}.`;
}

function percent(share: number): string {
  return String(Math.round(share * 10_000) / 100);
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
