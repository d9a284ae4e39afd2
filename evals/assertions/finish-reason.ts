import { SluiceError } from '../../domain/errors.ts';
import { verdict, type Check } from './answer.ts';

/** Did the model stop for this reason? Throws `broken_measurement` where it is not known why it did. */
export function finishReasonCheck(reason: string): Check {
  return ({ finishReason }) => {
    if (finishReason === undefined) {
      throw new SluiceError('broken_measurement', 'It is not known why the model stopped.');
    }
    return verdict(finishReason === reason, `stopped for "${finishReason}", not for "${reason}"`);
  };
}
