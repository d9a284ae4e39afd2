import { createDataKeys } from '../../program/data-keys.ts';
import { randomBytes } from 'node:crypto';
import { seal } from '../../program/sealing.ts';
import { openSamples } from './open-samples.ts';

const createKeys = () => createDataKeys([randomBytes(32)]);
const keys = createKeys();
const body = { messages: [{ role: 'user', content: 'When does the card come?' }] };
const sample = { version: 2, protocol: 'openai-chat', body, variables: {} };
const at = '2026-11-29T12:00:00.000Z';

const row = (id: string, text: string, sealedWith = keys) => ({
  ...{ id, app: 'desk', environment: 'production', revision: 'rev_1', arm: 'stable' as const },
  ...{ createdAt: at, expiresAt: at, metadata: {} },
  body: seal(sealedWith, { kind: 'sample', id, app: 'desk', environment: 'production' }, Buffer.from(text)),
});
const good = (id: string) => row(id, JSON.stringify(sample));
const poison = [
  row('other-key', JSON.stringify(sample), createKeys()),
  row('no-json', '{"version": 2,'),
  row('newer', JSON.stringify({ ...sample, version: 99 })),
];

it('opens what can be opened, whatever else lies there', () => {
  const opened = openSamples([good('a'), ...poison, good('b')], keys);
  expect(opened.map(({ id }) => id)).toEqual(['a', 'b']);
});

it('leaves out what was moved here from another row', () => {
  const moved = { ...good('b'), body: good('a').body };
  expect(openSamples([good('a'), moved], keys).map(({ id }) => id)).toEqual(['a']);
});

it('says what is the matter where nothing can be opened', () => {
  expect(() => openSamples(poison, keys)).toThrow('None of 3 samples has a form that can be replayed.');
  expect(() => openSamples([good('a'), good('b')], createKeys())).toThrow(
    `does not have its key ${keys.current.id}`,
  );
  expect(openSamples([], keys)).toEqual([]);
});
