import type { EvalDecision } from './gate.ts';
import { criticalText, differenceText, passRateText, unjudgedPromptsText } from './reports/wording.ts';

const mostBytes = 300;

/** A decision in at most 300 bytes: numbers and ids, never content, because it stands in Temporal's history. */
export function summaryOf(decision: EvalDecision, calls: number): string {
  const outage = decision.reasons.find(({ code }) => code === 'provider_errors');
  const parts = [
    ...(outage === undefined ? [] : [outage.message.replace(/\.$/, '')]),
    ...[unjudgedPromptsText(decision) ?? []].flat(),
    `pass rate ${passRateText(decision)}`,
    `difference from stable ${differenceText(decision)}`,
    `${calls} calls`,
    `critical: ${criticalText(decision)}`,
  ];
  return shortened(parts.join('; '), mostBytes);
}

/** The text cut to a number of UTF-8 bytes, with a mark where something was cut off. */
export function shortened(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const mark = '…';
  const kept = Buffer.from(text)
    .subarray(0, bytes - Buffer.byteLength(mark))
    .toString('utf8');
  // A character that was cut in two became a replacement character.
  return `${kept.replace(/\uFFFD+$/, '')}${mark}`;
}
