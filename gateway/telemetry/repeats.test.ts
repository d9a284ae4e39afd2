import { createHeldClock } from '../../tests/support/held-clock.ts';
import { createRepeatDetector } from './repeats.ts';

const request = { app: 'bank', subject: 'ada', retryCount: undefined, body: Buffer.from('{"q":1}') };

describe('retries belong to the request that they repeat', () => {
  it('knows them by the header of the SDKs, with or without a subject', () => {
    const isRepeat = createRepeatDetector(createHeldClock());
    expect(isRepeat({ ...request, retryCount: '0' })).toBe(false);
    expect(isRepeat({ ...request, body: Buffer.from('x'), retryCount: '1' })).toBe(true);
    expect(isRepeat({ ...request, subject: undefined, retryCount: '2' })).toBe(true);
  });

  it('knows the same body of the same subject for 60 s', async () => {
    const clock = createHeldClock();
    const isRepeat = createRepeatDetector(clock);
    expect(isRepeat(request)).toBe(false);
    await clock.advance(59_000);
    expect(isRepeat(request)).toBe(true);
    await clock.advance(1_000);
    expect(isRepeat(request)).toBe(false);
  });

  it('takes another subject, app or body, and anonymous requests, as new', () => {
    const isRepeat = createRepeatDetector(createHeldClock());
    const others = [
      { subject: 'bob' },
      { app: 'other' },
      { body: Buffer.from('{"q":2}') },
      { subject: undefined },
      { subject: undefined },
    ];
    expect([{}, ...others].map((other) => isRepeat({ ...request, ...other }))).toEqual(Array(6).fill(false));
  });
});
