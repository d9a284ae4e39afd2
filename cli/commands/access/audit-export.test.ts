import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chainHash, firstHash, type ChainedEntry } from '../../../domain/audit/entry.ts';
import { signHead } from '../../../domain/audit/head.ts';
import { auditKeyOf, sealEntry, type AuditKey } from '../../../domain/audit/keys.ts';
import { json, useFakeApi } from '../../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const text = randomBytes(32).toString('base64');
const key = auditKeyOf(text);

/** A log of entries whose last ones a key seals, with its head. */
function logOf(names: string[], by: AuditKey | 'none' = key) {
  let previous = firstHash;
  const entries = names.map((actor, i): ChainedEntry => {
    const at = `2026-01-01T00:00:0${i}.000000Z`;
    // What a terminal would act upon is hashed as well.
    const details = { reason: 'two\r\nlines\n\u202E\uFDE0' };
    const entry = { id: 10 + i, at, actor, action: 'x.y', details, ...(i > 0 ? { xact: '7' } : {}) };
    const position = i + 1;
    const hash = chainHash(entry, position, previous);
    previous = hash;
    const sealed =
      by !== 'none' && i > 0 ? { mac: sealEntry(by, { position, hash, xact: '7' }), keyId: by.id } : {};
    return { ...entry, position, hash, ...sealed };
  });
  const head = signHead(
    { number: entries.length, hash: previous, at: '2026-01-01T00:01:00.000Z' },
    by === 'none' ? undefined : by,
  );
  return { entries, head };
}

const { entries, head } = logOf(['user:ada', 'user:bob', 'user:ada', 'user:cy']);
const run = (argv: string[], auditKey?: string) =>
  sluice(argv, {
    cwd: folder.path,
    env: { SLUICE_API_URL: api.url, ...(auditKey === undefined ? {} : { SLUICE_AUDIT_KEY: auditKey }) },
  });

function answer(log = { entries, head }): void {
  api.answers.set('GET /v1/audit/head', json(200, log.head));
  api.answers.set('GET /v1/audit/entries?after=0&limit=500', json(200, { entries: log.entries }));
}

const lines = () => readFileSync(join(folder.path, 'audit.jsonl'), 'utf8').trimEnd().split('\n');
const verify = (changed: string[], ...more: string[]) => {
  folder.write('changed.jsonl', `${changed.join('\n')}\n`);
  return run(['audit', 'verify', 'changed.jsonl', ...more], text);
};

beforeEach(async () => {
  answer();
  await run(['audit', 'export', '--out', 'audit.jsonl']);
});

it('the head is printed so that it can be noted', async () => {
  const ran = await run(['audit', 'head']);
  expect(ran.stdout).toMatch(`4:${head.hash}\n`);
  expect(ran.stdout).toContain(`sealed by key ${key.id}`);
});

it('an export is verified with the key, and without API: 0', async () => {
  expect(lines()).toHaveLength(5);
  expect((await run(['audit', 'export'])).stdout.trimEnd().split('\n')).toEqual(lines());
  const ran = await run(['audit', 'verify', 'audit.jsonl'], text);
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('outcome=done')]);
  expect(ran.stdout).toContain('intact: 4 records');
});

it('without the key nothing is proven but what lies below a head that was noted: 12', async () => {
  const expecting = (number: number) => ['--expect', `${number}:${entries[number - 1]?.hash ?? ''}`];
  expect((await run(['audit', 'verify', 'audit.jsonl'])).code).toBe(12);
  expect((await run(['audit', 'verify', 'audit.jsonl', ...expecting(3)])).code).toBe(12);
  expect((await run(['audit', 'verify', 'audit.jsonl', ...expecting(4)])).code).toBe(0);
});

it('one that no key seals could be anybody’s, without an end that was noted: 12', async () => {
  const bare = logOf(['user:ada', 'user:eve'], 'none');
  answer(bare);
  await run(['audit', 'export', '--out', 'audit.jsonl']);
  expect(await run(['audit', 'verify', 'audit.jsonl'])).toMatchObject({
    ...{ code: 12, stdout: expect.stringContaining('no key seals it') as unknown },
  });
  expect((await run(['audit', 'verify', 'audit.jsonl', '--expect', bare.head.hash])).code).toBe(0);
});

it.each<[string, (all: string[]) => string[], number]>([
  ['a line changed', (all) => all.with(1, (all[1] ?? '').replace('user:bob', 'user:eve')), 17],
  ['a line gone', (all) => all.toSpliced(2, 1), 17],
  ['the beginning gone', (all) => all.slice(1), 17],
  ['the end gone', (all) => all.slice(0, 3), 2],
  ['entries at the end gone', (all) => [...all.slice(0, 3), ...all.slice(-1)], 17],
  ['a line twice', (all) => all.toSpliced(2, 0, all[2] ?? ''), 17],
  ['lines in another order', (all) => [all[1] ?? '', all[0] ?? '', ...all.slice(2)], 17],
  ['a line after the head', (all) => [...all, all[0] ?? ''], 2],
  ['no export', () => ['{"x": 1}'], 2],
])('finds in an export: %s', async (_what, change, code) => {
  expect((await verify(change(lines()))).code).toBe(code);
});

it.each<[string, AuditKey | 'none']>([
  ['by no key', 'none'],
  ['by another key', auditKeyOf(randomBytes(32).toString('base64'))],
])('finds an export that was made anew, sealed %s', async (_what, by) => {
  answer(logOf(['user:ada', 'user:eve', 'user:ada', 'user:cy'], by));
  await run(['audit', 'export', '--out', 'audit.jsonl']);
  expect((await run(['audit', 'verify', 'audit.jsonl'], text)).code).toBe(17);
});

it('finds that the head was noted of another log', async () => {
  expect((await verify(lines(), '--expect', `4:${'0'.repeat(64)}`)).code).toBe(17);
});
