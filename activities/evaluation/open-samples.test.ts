import { randomBytes } from 'node:crypto';
import { createDataKeys, type SealingKeys } from '../../program/data-keys.ts';
import { seal } from '../../program/sealing.ts';
import { keptRow, openSamples as openRows, type SealedRow } from './open-samples.ts';

const createKeys = () => createDataKeys([randomBytes(32)]);
const keys = createKeys();
const body = { messages: [{ role: 'user', content: 'When does the card come?' }] };
const sample = { version: 2, protocol: 'openai-chat', body, variables: {} };
const at = '2026-11-29T12:00:00.000Z';

const openSamples = (rows: readonly SealedRow['row'][], by: SealingKeys) =>
  openRows(rows.map((row) => keptRow(row, by)));

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

describe('a sample of before it was known whether redaction had altered it', () => {
  const alteredIn = (content: string, altered?: boolean) => {
    const text = JSON.stringify({ ...sample, body: { messages: [{ role: 'user', content }] } });
    const stored = { ...row('a', text), ...(altered === undefined ? {} : { altered }) };
    return openSamples([stored], keys).map((opened) => opened.altered);
  };

  it('was altered where it holds a mark, and was not where it holds none', () => {
    expect(alteredIn('call_0123456789abcdef')).toEqual([false]);
    for (const mark of ['email', 'phone', 'card', 'iban', 'number', 'key'])
      expect([mark, ...alteredIn(`my [${mark}]`)]).toEqual([mark, true]);
  });

  it('is what the gateway says, where it does', () => {
    expect(alteredIn('my [phone]', false)).toEqual([false]);
    expect(alteredIn('mine', true)).toEqual([true]);
  });
});
