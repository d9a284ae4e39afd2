import { cost } from './means/cost.ts';
import { errors } from './errors.ts';
import { event } from './answers/event.ts';
import { failovers } from './failovers.ts';
import type { Guardrail } from './guardrail.ts';
import { invalidFormat } from './answers/invalid-format.ts';
import { latency } from './latency.ts';
import { prometheus } from './prometheus.ts';
import { refused } from './answers/refused.ts';
import { score } from './score.ts';
import { slowdown } from './slowdown.ts';
import { tokens } from './means/tokens.ts';
import { truncated } from './answers/truncated.ts';

/** Every guardrail there is. Who needs their names iterates over this: no other list of them is written anywhere. */
export const guardrails: readonly Guardrail[] = [
  errors,
  latency,
  slowdown,
  failovers,
  cost,
  tokens,
  score,
  truncated,
  refused,
  invalidFormat,
  event,
  prometheus,
];
