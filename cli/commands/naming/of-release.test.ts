import { json, releaseOf, useFakeApi } from '../../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const [one, two] = [`rel_3f${'0'.repeat(30)}`, `rel_3f${'1'.repeat(30)}`];
const run = (...argv: string[]) => sluice(argv, { cwd: folder.path, env: { SLUICE_API_URL: api.url } });

function knows(named: string, ...items: { id: string; app?: string }[]): void {
  const query = new URLSearchParams({ named, limit: '11' });
  api.answers.set(`GET /v1/releases?${query.toString()}`, json(200, { items: items.map(releaseOf) }));
  for (const { id } of items) api.answers.set(`GET /v1/releases/${id}`, json(200, releaseOf({ id })));
}

it.each([
  ['the beginning of its id', '3f0', [{ id: one }]],
  ['one that was cut short', '3f0…', [{ id: one }]],
  ['its app, whose newest it is', 'bank', [{ id: one, app: 'bank' }, { id: two, app: 'bank' }]], // prettier-ignore
])('a release is named by %s', async (_, given, items) => {
  knows(given.replace('…', ''), ...items);
  const ran = await run('release', 'status', given);
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.stderr).toContain(`release=${one}`);
});

it('is asked for at once by its whole id', async () => {
  knows('nothing', { id: one });
  expect((await run('release', 'status', one)).code).toBe(0);
  expect(api.received.map(({ path }) => path)).toEqual([`/v1/releases/${one}`]);
});

it('lists those that begin alike, and asks for more', async () => {
  knows('3f', { id: one }, { id: two });
  const ran = await run('release', 'abort', '3f');
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(`${one}  my-app  my-app-v1  ▶ progressing\n  ${two}`);
});

it('says where there is none', async () => {
  knows('bnak');
  const ran = await run('explain', 'bnak');
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain('no release "bnak", and no app of that name');
});
