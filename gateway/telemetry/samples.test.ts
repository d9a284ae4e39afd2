import { createHeldClock } from '../../tests/support/held-clock.ts';
import { createSampler } from './samples.ts';

function setUp() {
  const clock = createHeldClock();
  const sampler = createSampler({
    clock,
    dataKey: Buffer.alloc(32),
    environment: 'production',
    insert: () => Promise.resolve(),
    onDropped: () => undefined,
    onFailure: () => undefined,
  });
  const wanted = (requests: number, app = 'bank') =>
    Array.from({ length: requests }, () => sampler.wants(app, 'redacted')).filter(Boolean).length;
  return { clock, sampler, wanted };
}

describe('what a sampler wants', () => {
  it('is five requests at once, and five more a second', async () => {
    const { clock, sampler, wanted } = setUp();
    expect(wanted(20)).toBe(5);
    await clock.advance(199);
    expect(wanted(20)).toBe(0);
    await clock.advance(1);
    expect(wanted(20)).toBe(1);
    await clock.advance(1_000);
    expect(wanted(20)).toBe(5);
    sampler.stop();
  });

  it('saves up no more than a second of silence', async () => {
    const { clock, sampler, wanted } = setUp();
    wanted(5);
    await clock.advance(60_000);
    expect(wanted(20)).toBe(5);
    sampler.stop();
  });

  it('is counted for each app, and is nothing where sampling is off', () => {
    const { sampler, wanted } = setUp();
    expect(wanted(20)).toBe(5);
    expect(wanted(20, 'other')).toBe(5);
    expect(sampler.wants('third', 'off')).toBe(false);
    expect(wanted(20, 'third')).toBe(5);
    sampler.stop();
  });
});
