import { closedAs, json, releaseOf, useFakeApi } from '../../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const run = (...argv: string[]) =>
  sluice(['release', 'list', ...argv], { cwd: folder.path, env: { SLUICE_API_URL: api.url } });

it('lists what needs somebody, then what is open, then what is closed, each with weight and age', async () => {
  const startedAgo = (ms: number) => new Date(Date.now() - ms).toISOString();
  const open = [
    releaseOf({ id: 'rel_well', weight: 25, createdAt: startedAgo(150_500) }),
    releaseOf({ id: 'rel_paused', state: 'paused', createdAt: startedAgo(7_205_000) }),
  ];
  api.answers.set('GET /v1/releases?limit=3&state=open', json(200, { items: open }));
  const closed = { items: [closedAs('promoted', { id: 'rel_old' })], nextCursor: 'next' };
  api.answers.set('GET /v1/releases?limit=1&state=closed', json(200, closed));
  const { stdout } = await run('--limit', '3');
  const lines = stdout.trimEnd().split('\n');
  expect(lines.slice(1, 4).map((line) => /rel_\w+/.exec(line)?.[0])).toEqual([
    'rel_paused',
    'rel_well',
    'rel_old',
  ]);
  expect(lines[1]).toMatch(/^! +Ⅱ paused .* 2h00m /);
  expect(lines[2]).toMatch(/^ +▶ progressing .* 25 % +2m30s /);
  expect(lines.at(-1)).toBe('More: sluice release list --state closed --limit 3 --cursor next');
});

it('lists a page of one kind as it comes', async () => {
  api.answers.set('GET /v1/releases?limit=50&app=a&state=closed', json(200, { items: [] }));
  expect((await run('--app', 'a', '--state', 'closed')).stdout).toBe('No releases.\n');
});
