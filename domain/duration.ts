import { z } from 'zod';
import { SluiceError } from './errors.ts';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A duration as people write it in a file: `500ms`, `30s`, `10m`, `2h`, `1d`. */
export const durationSchema = z
  .string()
  .regex(pattern, 'a duration is a number with a unit: 500ms, 30s, 10m, 2h or 1d')
  .meta({ description: 'A number with a unit: 500ms, 30s, 10m, 2h or 1d', examples: ['30s', '10m'] });

/**
 * The longest that a timer of the runtime waits, in milliseconds (24.8 days): one that is asked for more fires at once.
 */
export const longestTimerMs = 2_147_483_647;

/** A duration between two others, both included: what nobody means is refused where it is written. */
export function durationWithin(least: string, most: string) {
  const [leastMs, mostMs] = [durationMs(least), durationMs(most)];
  return durationSchema
    .refine(
      (text) => !pattern.test(text) || (durationMs(text) >= leastMs && durationMs(text) <= mostMs),
      `is from ${least} to ${most}`,
    )
    .meta({ description: `A number with a unit: 500ms, 30s, 10m, 2h or 1d; from ${least} to ${most}` });
}

/** A duration in whole milliseconds, as timers and tables take them. Throws `invalid_request` where the text is no duration. */
export function durationMs(text: string): number {
  const [, amount, unit] = pattern.exec(text) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new SluiceError('invalid_request', `"${text}" is no duration.`, {
      remedy: 'Write 500ms, 30s, 10m, 2h or 1d.',
    });
  }
  return Math.round(Number(amount) * unitMs[unit as keyof typeof unitMs]);
}
