import type { JsonObject } from '../../domain/json.ts';

/**
 * What both are asked: a suite with one test, the files that it names, and the answer that a model gives. The variables
 * and files that all inputs share are left out.
 */
export interface Input {
  readonly suite: JsonObject;
  readonly files?: Record<string, string>;
  readonly output: string;
  readonly latencyMs: number;
  readonly costUsd: number;
  readonly finishReason?: string;
}

/** Of every test that stands in the suite itself and names none. */
export const variables: JsonObject = {
  message: 'hi',
  name: 'card',
  n: 5,
  f: 1.5,
  b: true,
  empty: '',
  pair: 'a, b',
  dollar: '$&',
  spaced: ' card ',
};
