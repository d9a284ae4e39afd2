import { ApplicationFailure } from '@temporalio/common';
import { SluiceError, type ErrorCode } from '../../domain/errors.ts';
import { withFailures } from './failures.ts';

async function failureOf(code: ErrorCode): Promise<ApplicationFailure> {
  const activities = withFailures({
    act: () => Promise.reject(new SluiceError(code, 'It broke.', { remedy: 'Mend it.' })),
  });
  const error: unknown = await activities.act().catch((caught: unknown) => caught);
  if (error instanceof ApplicationFailure) return error;
  throw new Error('Not translated.');
}

describe('an error of an activity', () => {
  it.each(['not_found', 'conflict', 'invalid_request', 'broken_measurement'] as const)(
    '%s is not tried again',
    async (code) => {
      expect(await failureOf(code)).toMatchObject({
        type: code,
        nonRetryable: true,
        message: 'It broke. Mend it.',
      });
    },
  );

  it('unreachable is tried again', async () => {
    expect(await failureOf('unreachable')).toMatchObject({ type: 'unreachable', nonRetryable: false });
  });

  it('that is not ours stays as it is', async () => {
    const fault = new TypeError('a bug');
    await expect(withFailures({ act: () => Promise.reject(fault) }).act()).rejects.toBe(fault);
  });
});
