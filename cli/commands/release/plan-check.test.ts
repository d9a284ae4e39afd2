import { json, problem, useFakeApi } from '../../test-fixtures/fake-api.ts';
import { leastSpec, sluice, useFolder } from '../../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const route = 'POST /v1/releases/check';
const check = (...argv: string[]) =>
  sluice(['plan', 'check', ...argv], {
    cwd: folder.path,
    env: { SLUICE_API_URL: api.url, SLUICE_TOKEN: 'slc_secret' },
  });

beforeEach(() => {
  folder.write('sluice.yaml', leastSpec);
});

it.each([
  ['ready', 0, 'done'],
  ['waits', 13, 'waiting'],
  ['lacks', 12, 'lacks_data'],
])('says what a mirror has of what it needs, and starts nothing: %s is %i', async (state, code, word) => {
  const mirror = { state, need: 30, have: 4, altered: 9, says: 'the mirror needs 30', remedy: 'Wait.' };
  api.answers.set(route, json(200, { planName: 'default', label: 'v2', digest: 'rev_1', mirror }));
  const ran = await check();
  expect(ran.code).toBe(code);
  expect(ran.stdout).toContain('the mirror needs 30');
  expect(ran.stdout).toContain('Wait.');
  expect(ran.stderr.trimEnd().split('\n').at(-1)).toBe(`sluice: outcome=${word} code=${code}`);
  expect(api.received.map(({ method, path }) => `${method} ${path}`)).toEqual([route]);
});

it('ends as a start would where that is refused', async () => {
  api.answers.set(route, problem(403, 'policy_violated', 'The policy does not allow this.'));
  expect((await check('--skip-mirror')).code).toBe(4);
});
