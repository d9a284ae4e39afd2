import type { SaidLabels } from '../../domain/guardrail/segments/said-labels.ts';
import { redactText } from '../redaction/redact.ts';

/** A plan names no others. */
const label = /^[a-z0-9-]{1,63}$/;
const value = /^[\x21-\x7e]{1,64}$/;
/** Of one request. */
const most = 8;

/** The labels that a request's sample keeps: those that a plan may name, and that say nothing of a person as far as redaction sees. */
export function keptLabels(labels: SaidLabels): SaidLabels | undefined {
  const kept = Object.entries(labels)
    .filter(([name, said]) => label.test(name) && value.test(said) && redactText(said) === said)
    .slice(0, most);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
