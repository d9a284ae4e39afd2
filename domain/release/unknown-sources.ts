import type { Plan } from './plan.ts';
import { metricsQuestions } from '../guardrail/registry.ts';

/** Metric stores that a plan's guardrails ask and that an environment has not, as a sentence; undefined where it has all. */
export function unknownSources(
  plan: Pick<Plan, 'guardrails'>,
  { environment, known }: { readonly environment: string; readonly known: readonly string[] },
): string | undefined {
  const unknown = metricsQuestions(plan).filter(({ source }) => !known.includes(source));
  if (unknown.length === 0) return undefined;
  const asked = unknown.map(({ name, source }) => `"${source}" (asked by ${name})`).join(', ');
  const names = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
  return `There is no metric store ${asked} under \`metrics\` of ${environment} in the environments file: ${names}.`;
}
