import { z } from 'zod';
import type { JsonValue } from '../../domain/json.ts';
import { readSample, type Sample } from './sample.ts';

/** What is kept of a live answer for those who score it, sealed: the request as it came, and what was answered. */
export interface LiveAnswer {
  readonly sample: Sample;
  /** As assertions see it. */
  readonly output: string;
  readonly finishReason?: string;
}

const storedSchema = z.object({
  sample: z.json(),
  output: z.string(),
  finishReason: z.string().exactOptional(),
});

/** Undefined where it is of a form that this program does not know. */
export function readLiveAnswer(stored: JsonValue): LiveAnswer | undefined {
  const parsed = storedSchema.safeParse(stored);
  const sample = parsed.success ? readSample(parsed.data.sample) : undefined;
  return parsed.success && sample !== undefined ? { ...parsed.data, sample } : undefined;
}
