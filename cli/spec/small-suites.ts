import { casesToShow, oneSided95 } from '../../analysis/wilson.ts';
import type { Packed } from './pack.ts';

/** A plan's gate that its suites are too small for: it could only ever be inconclusive. */
export interface SmallSuite {
  plans: string[];
  minPassRate: number;
  cases: number;
  /** The least number of cases that can show the rate, if all pass; `null`: no number can. */
  needed: number | null;
}

/** Gates that could not pass even if every case did. */
export function smallSuites({ plans, suites }: Pick<Packed, 'plans' | 'suites'>): SmallSuite[] {
  const found = Object.entries(plans).flatMap(([plan, { evaluate }]) => {
    if (evaluate === 'skip') return [];
    const { minPassRate, suites: names } = evaluate;
    const cases = suites
      .filter(({ name }) => names?.includes(name) ?? true)
      .reduce((sum, { content }) => sum + content.tests.length, 0);
    const needed = casesToShow(minPassRate, oneSided95);
    return cases >= needed ? [] : [{ plan, minPassRate, cases, needed: needed === Infinity ? null : needed }];
  });
  const alike = Map.groupBy(found, ({ minPassRate, cases }) => `${minPassRate} ${cases}`);
  return [...alike.values()].flatMap((group) =>
    group.slice(0, 1).map(({ minPassRate, cases, needed }) => {
      return { plans: group.map(({ plan }) => plan), minPassRate, cases, needed };
    }),
  );
}

/** The warning as a sentence with its remedy. */
export function smallSuiteWarning({ plans, minPassRate, cases, needed }: SmallSuite): string {
  const asked = `the gate of ${plans.map((plan) => `"${plan}"`).join(', ')} asks for a pass rate of ${minPassRate * 100} %`;
  return needed === null
    ? `${asked}, which no number of cases can show; it would always be inconclusive. Lower minPassRate.`
    : `${asked}, which ${cases} cases cannot show even if all pass; it would be inconclusive. ` +
        `Have ${needed} cases or more, or lower minPassRate.`;
}
