import { SluiceError } from '../../domain/errors.ts';
import { verdict, type Check, type KindChecks } from './answer.ts';

/** Was the whole answer there within the time, in milliseconds? */
function latencyCheck(thresholdMs: number): Check {
  return ({ latencyMs }) =>
    verdict(latencyMs <= thresholdMs, `took ${latencyMs.toFixed(0)} ms, more than ${thresholdMs} ms`);
}

/** Did the answer cost at most this, in US dollars? Throws `broken_measurement` where its cost is not known. */
function costCheck(thresholdUsd: number): Check {
  return ({ costUsd }) => {
    if (costUsd === undefined) {
      throw new SluiceError('broken_measurement', 'The provider told no usage, so the cost is not known.');
    }
    return verdict(
      costUsd <= thresholdUsd,
      `cost ${costUsd.toPrecision(3)} USD, more than ${thresholdUsd} USD`,
    );
  };
}

/** The kinds that hold what an answer took against a limit. */
export const limitChecks = {
  latency: ({ threshold = 0 }) => latencyCheck(threshold),
  cost: ({ threshold = 0 }) => costCheck(threshold),
} satisfies Partial<KindChecks>;
