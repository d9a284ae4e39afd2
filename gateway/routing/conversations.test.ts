import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createConversations } from './conversations.ts';

const hourMs = 60 * 60 * 1000;

it('keeps a conversation on its revision for a day after its newest turn', async () => {
  const clock = manualClock();
  const kept = createConversations(clock);
  kept.keep('bank', 'c1', 'rev_a');
  await clock.pass(23 * hourMs);
  kept.keep('bank', 'c1', 'rev_a');
  await clock.pass(24 * hourMs);
  expect([kept.revisionOf('bank', 'c1'), kept.revisionOf('shop', 'c1')]).toEqual(['rev_a', undefined]);
  await clock.pass(1);
  expect(kept.revisionOf('bank', 'c1')).toBeUndefined();
});

it('keeps the hash of a name, not the name: 100 of 5 MB cost next to nothing', () => {
  const kept = createConversations(manualClock());
  const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
  for (let i = 0; i < 100; i += 1) kept.keep('bank', `${i}/${'é'.repeat(2_500_000)}`, 'rev_a');
  global.gc?.();
  expect(kept.revisionOf('bank', `99/${'é'.repeat(2_500_000)}`)).toBe('rev_a');
  const after = process.memoryUsage().heapUsed + process.memoryUsage().external;
  expect(after - before).toBeLessThan(250_000_000); // 100 names are 500 MB.
});
