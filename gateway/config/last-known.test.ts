import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { revisionDigest } from '../../domain/revision/digest.ts';
import { revisionContentSchema } from '../../domain/revision/revision.ts';
import { createLastKnown, type KnownApp } from './last-known.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluice-last-known-'));
const path = join(directory, 'state', 'last-known-stable.json');
const lastKnown = createLastKnown({ directory: join(directory, 'state'), environment: 'production' });
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const content = revisionContentSchema.parse({ chain: [{ provider: 'openai', model: 'm' }] });
const digest = revisionDigest(content);
const known: KnownApp = {
  split: {
    app: 'bank',
    environment: 'production',
    version: 3,
    stable: digest,
    weight: 0,
    include: [],
    exclude: [],
    salt: 's',
  },
  stable: { app: 'bank', digest, label: 'v1', content },
  sampling: 'redacted',
};

it('reads what it wrote, and nothing where it never wrote (19)', async () => {
  expect(await lastKnown.read()).toEqual([]);
  await lastKnown.write([known]);
  expect(await lastKnown.read()).toEqual([known]);
});

it.each([
  ['is cut off', (text: string) => text.slice(0, -20), 'cannot be used'],
  [
    'holds a changed revision',
    (text: string) => text.replace('"model":"m"', '"model":"evil"'),
    'not what its digest says',
  ],
  [
    'is of another environment',
    (text: string) => text.replace('"environment":"production","apps"', '"environment":"staging","apps"'),
    'staging',
  ],
])('refuses a file that %s (1)', async (_name, damage, message) => {
  await lastKnown.write([known]);
  writeFileSync(path, damage(readFileSync(path, 'utf8')));
  await expect(lastKnown.read()).rejects.toThrow(message);
});
