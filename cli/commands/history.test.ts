import type { KnownRevision, SplitChange } from '../../api/schemas/history.ts';
import { json, useFakeApi } from '../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const run = (...argv: string[]) =>
  sluice(argv, { cwd: folder.path, env: { SLUICE_API_URL: api.url, SLUICE_TOKEN: 't' } });

const digest = `rev_${'0123456789abcdef'.repeat(4)}`;
const at = '2026-11-30T08:00:00.000Z';
const revision: KnownRevision = {
  ...{ digest, label: 'bank-v7', chain: [{ provider: 'openai', model: 'gpt-5-mini' }], provenance: {} },
  ...{ prompts: { answer: 'aabbccddeeff' }, createdBy: 'token:ci', createdAt: at, state: 'former stable' },
  condemned: { cause: 'person', actor: 'user:ada', reason: 'answers\nin French', at },
  releases: [{ id: 'r1', state: 'promoted', createdAt: at }],
};
const change: SplitChange = {
  ...{ version: 3, at, kind: 'rollback', actor: 'user:ada', reason: 'answers in French' },
  stable: { label: 'bank-v6', digest },
  tookOut: [{ label: 'bank-v7', digest }],
};

it('lists what an app has, what became of it, and where the list goes on', async () => {
  const path = '/v1/apps/bank/revisions?environment=production&limit=5';
  const page = { items: [revision], nextCursor: 'WzFd' };
  api.answers.set(`GET ${path}`, json(200, page));
  const { code, stdout } = await run('revisions', 'bank', '--limit', '5');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /bank-v7 +rev_0123456789ab +answer@aabbccd +openai\/gpt-5-mini +\S+ +token:ci +r1 promoted +former stable, found bad by user:ada: answers .* French\n/,
  );
  expect(stdout).toContain('More: sluice revisions bank --environment production --limit 5 --cursor WzFd');
  const written = JSON.parse((await run('revisions', 'bank', '--limit', '5', '--json')).stdout) as object;
  expect(written).toMatchObject(page);
});

it('lists what an app has served, by whom and why', async () => {
  const path = '/v1/apps/bank/history?environment=staging&limit=50&cursor=WzRd';
  api.answers.set(`GET ${path}`, json(200, { items: [change] }));
  const { code, stdout } = await run('history', 'bank', '--environment', 'staging', '--cursor', 'WzRd');
  expect(code).toBe(0);
  expect(stdout).toMatch(/v3 +\S+ +rollback \(took out bank-v7\) +bank-v6 +user:ada +answers in French\n/);
});
