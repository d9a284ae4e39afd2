import fc from 'fast-check';
import { changeRecordSchema, recordFaults, type ChangeRecord } from '../../domain/release/change-record.ts';
import { digestOf, revisionDigest } from '../../domain/revision/digest.ts';
import { json, useFakeApi } from '../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedRecord, renderRecord } from './render.ts';

const folder = useFolder();
const api = useFakeApi();
const run = (...argv: string[]) => sluice(argv, { cwd: folder.path, env: { SLUICE_API_URL: api.url } });
const at = '2026-01-01T00:00:00.000Z';

function recordWith(text: string): ChangeRecord {
  const content = { chain: [{ provider: 'openai', model: text }] };
  const plan = { steps: [{ weight: 100 }] };
  const bound = {
    stage: 'canary-25',
    revision: revisionDigest(content),
    planDigest: digestOf(plan),
    evidence: 'e',
  };
  const approval = { ...bound, actor: 'token:ada', subject: 'ada', reason: text, at, expiresAt: at };
  const release = { id: 'rel_1', app: 'bank', environment: 'production', state: 'promoted', reason: text };
  return changeRecordSchema.parse({
    ...{ version: 1, madeAt: at, policy: { note: text }, stages: [], reviews: [], approvals: [approval] },
    release: {
      ...release,
      actor: 'token:bob',
      authors: ['bob'],
      createdAt: at,
      provenance: { author: text },
    },
    revision: { digest: revisionDigest(content), label: 'v7', content },
    plan: { name: 'default', digest: digestOf(plan), content: plan },
    audit: [
      { id: 1, at, actor: 'token:bob', action: 'release.created', details: { text }, position: 4 },
      { id: 2, at, actor: 'token:ada', action: 'release.approved', details: bound, position: 9 },
    ],
  });
}

const nasty = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</pre><script>',
  "' onload='x",
  '&lt;b&gt;&amp;amp;',
  'a\u202egnp.exe',
  '\u0000\u001b[31m',
  '$& $1 $$',
];

it.each(nasty)('shows %j as text, loads nothing, and gives its record back as it was', (text) => {
  const record = recordWith(text);
  const html = renderRecord(record);
  expect(html).not.toMatch(/<script|<img|<iframe|<link|<svg|\son\w+=["']/i);
  expect(html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(JSON.parse(embeddedRecord(html) ?? '')).toEqual(record);
  expect(recordFaults(record)).toEqual([]);
});

it('gives back any record', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const record = recordWith(text.toWellFormed());
      expect(JSON.parse(embeddedRecord(renderRecord(record)) ?? '')).toEqual(record);
    }),
    { numRuns: 100 },
  );
});

describe('sluice change-record', () => {
  async function written(): Promise<{ file: string; html: string }> {
    api.answers.set('GET /v1/releases/rel_1/record', json(200, recordWith('because\r\nof \u202Etwo lines')));
    expect(await run('change-record', 'rel_1')).toMatchObject({ code: 0 });
    const file = 'change-record-bank-v7.html';
    return { file, html: readFileSync(join(folder.path, file), 'utf8') };
  }

  it('writes one file that holds by itself', async () => {
    const { file } = await written();
    api.answers.clear();
    const ran = await run('change-record', '--verify', file);
    expect(ran).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('holds: release rel_1') as unknown,
    });
  });

  it.each<[string, (html: string) => string]>([
    ['a word that is shown', (html) => html.replace('<td>promoted: because', '<td>aborted: because')],
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
    expect(await run('change-record', '--verify', 'forged.html')).toMatchObject({ code: 17 });
  });
});

it('does not hold with another revision, an approval by an author, or one that the audit log does not know', () => {
  const good = recordWith('x');
  const [approval] = good.approvals;
  const forged: [ChangeRecord, RegExp][] = [
    [{ ...good, revision: { ...good.revision, content: {} } }, /revision is not/],
    [{ ...good, plan: { ...good.plan, content: {} } }, /plan is not/],
    [{ ...good, release: { ...good.release, authors: ['ada'] } }, /by an author/],
    [{ ...good, audit: good.audit.slice(0, 1) }, /not in the audit log/],
    [{ ...good, audit: [...good.audit].reverse() }, /not in their order/],
    [
      { ...good, approvals: approval === undefined ? [] : [{ ...approval, planDigest: 'x' }] },
      /another revision or plan/,
    ],
  ];
  for (const [record, why] of forged) expect(recordFaults(record).join()).toMatch(why);
});
