import { waitFor } from '../../../tests/support/wait-for.ts';
import { takeTokenFromLink } from './token-link.ts';
import { createTokenStore } from './token-store.ts';

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  } as unknown as Storage;
}

const channels: BroadcastChannel[] = [];
function openTab() {
  const channel = new BroadcastChannel('session-test');
  channels.push(channel);
  return createTokenStore(storage(), channel);
}
afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
});

it('hands a token to a tab that is opened beside it, and signs all out together', async () => {
  const first = openTab();
  first.keep('slc_one');
  const second = openTab();
  await waitFor(() => second.read() === 'slc_one', { what: 'the token in the second tab' });
  second.keep(undefined);
  await waitFor(() => first.read() === undefined, { what: 'the first tab to be signed out' });
});

it('leaves a tab that has a token with its own', async () => {
  const first = openTab();
  first.keep('slc_one');
  const second = openTab();
  await waitFor(() => second.read() === 'slc_one', { what: 'the token in the second tab' });
  second.keep('slc_two');
  const third = openTab();
  await waitFor(() => third.read() !== undefined, { what: 'a token in the third tab' });
  expect(first.read()).toBe('slc_one');
});

it('takes a token out of the link that the terminal has printed, on this machine alone', () => {
  const shown: string[] = [];
  const history = { replaceState: (_state: unknown, _title: string, to: string) => shown.push(to) } as never;
  const link = { hash: '#token=slc_a-b_c', pathname: '/ui/r/rel_1', search: '?tab=mirror' };
  expect(takeTokenFromLink({ ...link, hostname: '127.0.0.1' }, history)).toBe('slc_a-b_c');
  expect(takeTokenFromLink({ ...link, hostname: 'sluice.example.com' }, history)).toBeUndefined();
  expect(takeTokenFromLink({ ...link, hash: '#page', hostname: 'localhost' }, history)).toBeUndefined();
  expect(shown).toEqual(['/ui/r/rel_1?tab=mirror', '/ui/r/rel_1?tab=mirror']);
});
