import { z } from 'zod';
import { SluiceError } from './errors.ts';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A duration as people write it in a file: `500ms`, `30s`, `10m`, `2h`, `1d`. */
export const durationSchema = z
  .string()
  .regex(pattern, 'a duration is a number with a unit: 500ms, 30s, 10m, 2h or 1d')
  .meta({ description: 'A number with a unit: 500ms, 30s, 10m, 2h or 1d', examples: ['30s', '10m'] });

/** A duration in milliseconds. Throws `invalid_request` where the text is no duration. */
export function durationMs(text: string): number {
  const [, amount, unit] = pattern.exec(text) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new SluiceError('invalid_request', `"${text}" is no duration.`, {
      remedy: 'Write 500ms, 30s, 10m, 2h or 1d.',
    });
  }
  return Number(amount) * unitMs[unit as keyof typeof unitMs];
}
