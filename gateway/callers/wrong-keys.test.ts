import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createWrongKeys, networkOf } from './wrong-keys.ts';

it('slows an address after ten wrong keys a minute, and all addresses of one IPv6 network together', async () => {
  const clock = manualClock();
  const wrongKeys = createWrongKeys(clock);
  const note = (address: string) => () => {
    wrongKeys.note(address);
  };
  for (let i = 0; i < 10; i += 1) note(`2001:db8:1:2::${i}`)();
  await clock.pass(20_000);
  expect(note('2001:db8:1:2:ffff::1')).toThrow(
    expect.objectContaining({ code: 'rate_limited', details: { retryAfterMs: 40_000 } }) as Error,
  );
  expect(note('2001:db8:1:3::1')).not.toThrow();
  await clock.pass(40_000);
  expect(note('2001:db8:1:2::1')).not.toThrow();
});

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::1', '0:0:0:0'],
  ['fe80::1:2:3:4', 'fe80:0:0:0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['', ''],
])('%s is of the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
