import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createRepeatDetector } from './repeats.ts';

const request = {
  app: 'bank',
  subject: 'ada',
  keyId: undefined,
  retryCount: undefined,
  body: Buffer.from('{"q":1}'),
};

describe('retries belong to the request that they repeat', () => {
  it('believes the mark of the SDKs of who shows a key, and says whether it has seen the first', () => {
    const repeatOf = createRepeatDetector(manualClock());
    const keyed = { ...request, subject: undefined, keyId: 'key_1' };
    expect(repeatOf({ ...keyed, retryCount: '0' })).toBeUndefined();
    expect(repeatOf({ ...keyed, retryCount: '1' })).toBe('seen');
    expect(repeatOf({ ...keyed, body: Buffer.from('x'), retryCount: '1' })).toBe('marked');
    expect(repeatOf({ ...keyed, keyId: 'key_2', retryCount: '1' })).toBe('marked');
    expect(repeatOf(keyed)).toBeUndefined();
  });

  it('believes no mark of who shows none (32)', () => {
    const repeatOf = createRepeatDetector(manualClock());
    expect(repeatOf({ ...request, retryCount: '1' })).toBeUndefined();
    expect(repeatOf({ ...request, subject: undefined, retryCount: '2' })).toBeUndefined();
    expect(repeatOf({ ...request, subject: undefined, retryCount: '2' })).toBeUndefined();
  });

  it('knows the same body of the same subject for 60 s', async () => {
    const clock = manualClock();
    const repeatOf = createRepeatDetector(clock);
    expect(repeatOf(request)).toBeUndefined();
    await clock.pass(59_000);
    expect(repeatOf(request)).toBe('seen');
    await clock.pass(1_000);
    expect(repeatOf(request)).toBeUndefined();
  });

  it('takes another subject, app or body, and anonymous requests, as new', () => {
    const repeatOf = createRepeatDetector(manualClock());
    const others = [
      { subject: 'bob' },
      { app: 'other' },
      { body: Buffer.from('{"q":2}') },
      { subject: undefined },
      { subject: undefined },
    ];
    expect([{}, ...others].map((other) => repeatOf({ ...request, ...other }))).toEqual(
      Array(6).fill(undefined),
    );
  });
});
