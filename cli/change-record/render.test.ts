import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { exportLine } from '../../domain/audit/export.ts';
import { recordFaults } from '../../domain/change-record/faults.ts';
import { recordDigest, type ChangeRecord } from '../../domain/change-record/record.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { json, useFakeApi } from '../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';
import { changesBetween } from './changes.ts';
import { embeddedRecord, renderRecord } from './render.ts';
import { recordWith, secret } from './test-fixtures/record.ts';

const folder = useFolder();
const api = useFakeApi();
const run = (argv: string[], env: Record<string, string> = {}) =>
  sluice(argv, { cwd: folder.path, env: { SLUICE_API_URL: api.url, ...env } });

const nasty = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</pre><script>',
  "' onload='x",
  '&lt;b&gt;&amp;amp;',
  'a\u202egnp.exe',
  '\u0000\u001b[31m',
  '$& $1 $$',
  `Z${'\u0300'.repeat(500)}`,
  'tag \u{E0041}\u{E007F} \ud800',
];

it.each(nasty)('shows %j as text, loads nothing, and gives its record back as it was', (text) => {
  const { record } = recordWith({ text: text.toWellFormed() });
  const html = renderRecord(record);
  expect(html).not.toMatch(/<script|<img|<iframe|<link|<svg|\son\w+=["']/i);
  expect(html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(html.slice(0, html.indexOf('<pre id="record"'))).not.toMatch(/\p{M}{6}/u);
  expect(JSON.parse(embeddedRecord(html) ?? '')).toEqual(record);
  expect(recordFaults(record)).toEqual([]);
});

it('gives back any record', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { record } = recordWith({ text: text.toWellFormed() });
      expect(JSON.parse(embeddedRecord(renderRecord(record)) ?? '')).toEqual(record);
    }),
    { numRuns: 60 },
  );
});

it('looks as version 2 always has: files of before are compared with it, so a change is another version', () => {
  const { record } = recordWith({ text: 'because' });
  expect(digestOf(renderRecord(record))).toMatchInlineSnapshot(
    `"0a190c9496b1bd6bb182d87bc409c0ae9ebca32c622acb9e087cb25e3ebcbeb6"`,
  );
});

it('says what is different, wherever it is', () => {
  const before = { a: [1, { b: 2 }], gone: null, same: { x: 1 } };
  const after = { same: { x: 1 }, a: [1, { b: 3 }, 4], new: { y: 1 }, __proto__x: 1 };
  expect(changesBetween(before, after)).toEqual([
    { path: 'a[1].b', from: 2, to: 3 },
    { path: 'a[2]', from: undefined, to: 4 },
    { path: 'new', from: undefined, to: { y: 1 } },
    { path: '__proto__x', from: undefined, to: 1 },
    { path: 'gone', from: null, to: undefined },
  ]);
});

describe('sluice change-record', () => {
  const file = 'change-record-bank-v7.html';
  async function written(parts: Partial<Parameters<typeof recordWith>[0]> = {}) {
    const made = recordWith({ text: 'because\r\nof \u202Etwo lines', ...parts });
    api.answers.set('GET /v1/releases/rel_1/record', json(200, made.record));
    expect(await run(['change-record', 'rel_1'])).toMatchObject({ code: 0 });
    api.answers.clear();
    const lines = [...made.entries.map((entry) => ({ entry })), { head: made.head }];
    folder.write('audit.jsonl', lines.map((line) => exportLine(line)).join(''));
    return { ...made, html: readFileSync(join(folder.path, file), 'utf8') };
  }
  const verify = (more: string[] = [], key?: string) =>
    run(['change-record', 'verify', file, ...more], key === undefined ? {} : { SLUICE_AUDIT_KEY: key });

  it('writes one file that the key of the audit log vouches for', async () => {
    const { record } = await written();
    const ran = await verify([], secret);
    expect(ran).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('holds: release rel_1') as unknown,
    });
    expect(ran.stdout).toContain('sealed 5 entries of its own');
    expect(ran.stdout).not.toContain('Not told');
    expect(ran.stdout).toContain(recordDigest(record));
    expect(await run(['change-record', '--verify', file], { SLUICE_AUDIT_KEY: secret })).toMatchObject({
      code: 0,
    });
  });

  it('says without the key what is certain, and what cannot be told: 12', async () => {
    await written();
    const ran = await verify();
    expect(ran).toMatchObject({ code: 12 });
    expect(ran.stdout).toContain('not all of it is vouched for');
    expect(ran.stdout).toContain('✓ what the file shows is what its record says');
    expect(ran.stdout).toContain('? Not told: that the API made it');
    expect(ran.stderr).toContain('outcome=record_not_checked code=12');
  });

  it('says of its entries without the key, where there is the log and an end of it that was noted', async () => {
    const { head } = await written({ isSealed: false });
    const expected = `${head.number}:${head.hash}`;
    const ran = await verify(['--log', 'audit.jsonl', '--expect', expected]);
    expect(ran.stdout).toContain('✓ 5 entries are in the log of 16');
    // What stands beside the log could be another's: that is said, and no success.
    expect(ran).toMatchObject({
      code: 12,
      stdout: expect.stringContaining('no entry of the log') as unknown,
    });
    expect((await verify(['--log', 'audit.jsonl'])).stdout).toContain('Not told: that this log is the one');
    const alone = await verify(['--expect', expected]);
    expect(alone).toMatchObject({ code: 12, stdout: expect.stringContaining('--log FILE') as unknown });
  });

  it('holds its entries against ends that were noted', async () => {
    const { entries } = await written();
    const third = entries[2]?.hash ?? '';
    expect((await verify(['--expect', `3:${third}`])).stdout).toContain('entry 3 is the one that was noted');
    expect(await verify(['--expect', `3:${'0'.repeat(64)}`])).toMatchObject({ code: 17 });
    expect(await verify(['--expect', `16:${'0'.repeat(64)}`])).toMatchObject({ code: 17 });
    expect((await verify(['--expect', `99:${'0'.repeat(64)}`])).stdout).toContain('is not in it');
  });

  it('is found to be another’s, or made anew', async () => {
    await written({ isSealed: false });
    expect(await verify([], secret)).toMatchObject({ code: 17 });
    await written();
    expect(await verify([], Buffer.alloc(32, 8).toString('base64'))).toMatchObject({ code: 17 });
    // All of it made anew, with the seal that it had.
    const { seal } = recordWith({ text: 'because' }).record;
    await written({ text: 'for another reason', isSealed: false, changes: { seal } });
    const ran = await verify([], secret);
    expect(ran).toMatchObject({
      code: 17,
      stdout: expect.stringContaining('its seal does not fit') as unknown,
    });
  });

  it('is not vouched for by calling itself older, whose look is not compared', async () => {
    const { html, head } = await written({ isSealed: false, changes: { version: 1 } });
    folder.write(file, html.replace('<strong>promoted', '<strong>aborted'));
    const ran = await verify(['--log', 'audit.jsonl', '--expect', `${head.number}:${head.hash}`]);
    expect(ran).toMatchObject({ code: 12, stdout: expect.stringContaining('older version') as unknown });
    expect(await verify([], secret)).toMatchObject({ code: 17 });
  });

  it('is not in the log that was given', async () => {
    await written();
    const other = recordWith({ text: 'another history' });
    const lines = [...other.entries.map((entry) => ({ entry })), { head: other.head }];
    folder.write('other.jsonl', lines.map((line) => exportLine(line)).join(''));
    const ran = await verify(['--log', 'other.jsonl'], secret);
    expect(ran).toMatchObject({ code: 17, stdout: expect.stringContaining('not in the log') as unknown });
  });

  it.each<[string, (html: string) => string]>([
    ['a word that is shown', (html) => html.replace('<strong>promoted', '<strong>aborted')],
    ['a word of the record', (html) => html.replaceAll('promoted', 'aborted')],
    [
      'who approved, everywhere',
      (html) =>
        html
          .replaceAll('token:ada', 'token:eve')
          .replaceAll('>ada<', '>bob<')
          .replaceAll('&quot;ada&quot;', '&quot;bob&quot;'),
    ],
    ['the digest', (html) => html.replace(/(id="digest">)[0-9a-f]{8}/, '$100000000')],
    ['the record cut out', (html) => html.replace(/<pre id="record"[^]*<\/pre>/, '')],
    ['a script that is added', (html) => html.replace('</body>', '<script>1</script></body>')],
    ['a second record before it', (html) => html.replace('<h1>', '<pre id="record" hidden>{}</pre><h1>')],
  ])('finds %s: 17', async (_what, forge) => {
    const { html } = await written();
    folder.write('forged.html', forge(html));
    expect(forge(html)).not.toBe(html);
    expect(await run(['change-record', 'verify', 'forged.html'])).toMatchObject({ code: 17 });
  });
});

it('does not hold where anything of it does not fit the rest', () => {
  const { record: good } = recordWith({ text: 'x' });
  const [approval] = good.approvals;
  const [review] = good.reviews;
  const without = (action: string) => good.audit.filter((entry) => entry.action !== action);
  const approvals = (more: object) => (approval === undefined ? [] : [{ ...approval, ...more }]);
  const forged: [Partial<ChangeRecord>, RegExp][] = [
    [{ revision: { ...good.revision, content: {} } }, /revision is not/],
    [{ plan: { ...good.plan, content: {} } }, /plan is not/],
    [{ replaced: good.revision }, /not what was stable/],
    [{ release: { ...good.release, authors: ['ada'] } }, /by an author/],
    [{ release: { ...good.release, state: 'aborted' } }, /does not say that it ended as aborted/],
    [{ audit: without('release.approved') }, /approval .* is not in the audit log/],
    [{ audit: without('review.signed') }, /does not say that review 4 was signed/],
    [{ audit: [...good.audit].reverse() }, /not in their order/],
    [{ audit: good.audit.map((entry) => ({ ...entry, actor: 'token:bob' })) }, /not what its hash says/],
    [{ audit: good.audit.map(({ hash: _hash, ...entry }) => entry) }, /has no hash/],
    [{ head: undefined }, /end of the audit log is missing/],
    [{ head: { number: 3, hash: '0'.repeat(64), at: 'x' } }, /does not fit the end/],
    [{ approvals: approvals({ planDigest: 'x' }) }, /another revision or plan/],
    [{ approvals: approvals({ usedAt: '2027-01-01T00:00:00.000Z' }) }, /outside of its time/],
    [{ approvals: [] }, /canary-25 began with 0 of 1 approvals/],
    [{ reviews: [] }, /release.promote by token:bob was past the rules, and has no review/],
    [
      { reviews: review === undefined ? [] : [{ ...review, signedBy: 'token:bob' }] },
      /signed off by who did it/,
    ],
  ];
  for (const [change, why] of forged) expect(recordFaults({ ...good, ...change }).join('; ')).toMatch(why);
});
