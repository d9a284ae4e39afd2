import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutations } from './bugs.ts';
import { planted } from './hooks.ts';
import { playSeeds } from './parallel.ts';

const root = join(import.meta.dirname, '..');

// As many as `npm run sim` plays are for its own time.
it('breaks no invariant in three hundred seeds of a release under virtual time', async () => {
  const { seeds, broken, ended } = await playSeeds({ first: 1, count: 300 });
  expect(broken).toBeUndefined();
  expect(seeds).toBe(300);
  // It is no proof where nothing ever happens.
  for (const outcome of ['promoted', 'rolled_back', 'aborted', 'failed', 'blocked', 'inconclusive'])
    expect(ended.get(outcome)).toBeGreaterThan(10);
  for (const outcome of ['passed', 'rolled_back', 'closed'])
    expect(ended.get(`guard ${outcome}`)).toBeGreaterThan(0);
});

it.each([
  'an alarm leads to no comparison',
  'an older state wins',
  'a stage that ends the release is left behind',
  'a guard outlives its split',
])('finds a planted bug, and shrinks it: %s', async (bug) => {
  const { broken } = await playSeeds({ first: 1, count: 500, bug });
  expect(broken?.violations.length).toBeGreaterThan(0);
  expect(broken?.shortest?.moves.length).toBeLessThan(8);
});

it('plays a seed the same way every time', async () => {
  const bug = 'two releases are open';
  const [one, other] = [
    await playSeeds({ first: 1, count: 1, bug }),
    await playSeeds({ first: 1, count: 1, bug }),
  ];
  expect(one.broken).toEqual(other.broken);
  expect(one.broken).toBeDefined();
});

it.each(mutations)('plants "$name" where the product has its rule', (mutation) => {
  expect(planted(readFileSync(join(root, mutation.file), 'utf8'), mutation)).toContain(mutation.to);
});
