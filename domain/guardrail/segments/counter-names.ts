import type { Guardrail } from '../guardrail.ts';
import { guardrails } from '../guardrails.ts';
import { ofWhole } from './scope.ts';

/** Is it the name of a counter of a guardrail that this program knows, or of a segment of it? */
export function isCounter(name: string): boolean {
  const whole = ofWhole(name);
  return guardrails.some(
    ({ name: kind, counters }) => counters.includes(whole) || whole.startsWith(`${kind}${separator}`),
  );
}

/** No name of a guardrail has one, so that no counter is called like another thing. */
const separator = ':';

/** `latency`, and of an entry with another name `latency:first-word`; `slowdown:mine/p50`. */
export function counterOf(name: string, guardrail: Guardrail, ofKind: string): string {
  if (name === guardrail.name) return ofKind;
  return `${guardrail.name}${separator}${name}${ofKind.slice(guardrail.name.length)}`;
}
