import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bucketOf as bucketOfGateway } from '../../domain/split/bucket.ts';
import { chooseArm as chooseArmOfGateway, type Split as GatewaySplit } from '../../domain/split/split.ts';
import type { Split } from '../../clients/typescript/src/split.ts';
import { clientLanguages, useDrivenClients } from './test-fixtures/driven-client.ts';

const drive = useDrivenClients();
const path = join(import.meta.dirname, '../../clients/vectors.json');
const subjects = [
  '',
  'ada',
  'customer-42',
  'Müller',
  'ключ',
  '😀 ada',
  'a\tb',
  'x'.repeat(200),
  'tester',
  'never',
];
const salts = ['', 'salt-1', 'зелье', '7f9c1a'];
const weights = [0, 0.01, 5, 33.33, 95, 100];

const splitOf = (salt: string, weight: number): GatewaySplit & Split => ({
  ...{ app: 'bank', environment: 'production', version: 7, stable: 'rev_a', fallback: 'stable' },
  ...{ candidate: 'rev_b', weight, include: ['tester'], exclude: ['never'], salt },
});

/** What gateways decide, for every client to be held against. */
function vectors() {
  return salts.flatMap((salt) =>
    subjects.map((subject) => ({
      ...{ salt, subject, bucket: bucketOfGateway(salt, subject) },
      arms: weights.map((weight) => {
        const { arm, reason } = chooseArmOfGateway(splitOf(salt, weight), subject, true);
        return { weight, arm, reason };
      }),
    })),
  );
}

it('has written down what gateways decide, for clients in every language (invariant 15)', () => {
  const text = `${JSON.stringify(vectors(), undefined, 1)}\n`;
  // To write it anew, delete the file: what it says never changes, or subjects would change their arm.
  const written = readOr(path, () => text);
  expect(JSON.parse(written)).toEqual(JSON.parse(text));
});

/** Half a letter, which no file of JSON can keep, is hashed as U+FFFD. */
const halfALetter = 'ada \ud83d';

describe.each(clientLanguages())('the client for $language', (language) => {
  it('decides each of them alike', async () => {
    const client = drive(language);
    for (const { salt, subject, bucket, arms } of vectors()) {
      expect([salt, subject, await client.bucket(salt, subject)]).toEqual([salt, subject, bucket]);
      for (const { weight, arm, reason } of arms)
        expect(await client.choose(splitOf(salt, weight), subject, true)).toEqual({
          arm,
          reason,
          countedArm: arm,
        });
    }
    expect(await client.bucket('salt-1', halfALetter)).toBe(bucketOfGateway('salt-1', halfALetter));
  });

  it('gives all the fallback while nobody judges, and counts apart who would have had the other arm', async () => {
    const client = drive(language);
    const split = splitOf('salt-1', 100);
    expect(await client.choose(split, 'ada', false)).toEqual({
      ...{ arm: 'stable', reason: 'lease-expired', countedArm: 'lease-expired' },
    });
    const guarded: Split = { ...splitOf('salt-1', 0), fallback: 'candidate' };
    const onCandidate = { arm: 'candidate', countedArm: 'lease-expired' };
    expect(await client.choose(guarded, 'ada', false)).toMatchObject(onCandidate);
    const dealt = { arm: 'candidate', countedArm: 'candidate' };
    expect(await client.choose(guarded, 'tester', false)).toMatchObject(dealt);
  });
});

function readOr(file: string, make: () => string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    writeFileSync(file, make());
    return make();
  }
}
