import { SluiceError } from '../../domain/errors.ts';
import { verdict, type Check } from './answer.ts';

/** Was the whole answer there within the time, in milliseconds? */
export function latencyCheck(thresholdMs: number): Check {
  return ({ latencyMs }) =>
    verdict(latencyMs <= thresholdMs, `took ${latencyMs.toFixed(0)} ms, more than ${thresholdMs} ms`);
}

/** Did the answer cost at most this, in US dollars? Throws `broken_measurement` where its cost is not known. */
export function costCheck(thresholdUsd: number): Check {
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
