import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestGithub, type TestGithub } from '../../tests/support/github/github.ts';
import { closedAs, events, json, releaseOf, useFakeApi } from '../test-fixtures/fake-api.ts';
import { leastSpec, sluice, useFolder } from '../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
let github: TestGithub;
beforeAll(async () => {
  github = await startTestGithub();
});
afterAll(() => github.close());
beforeEach(() => {
  github.reset();
  folder.write('sluice.yaml', leastSpec);
  api.answers.set('POST /v1/releases', json(201, releaseOf({})));
});

const start = (...more: string[]) =>
  sluice(['release', 'start', '--reporter', 'github', ...more], {
    cwd: folder.path,
    env: {
      SLUICE_API_URL: api.url,
      SLUICE_TOKEN: 'slc_test',
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'acme/bot',
      GITHUB_SHA: 'b'.repeat(40),
      GITHUB_RUN_ID: '4711',
      GITHUB_API_URL: github.url,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_TOKEN: 'ghs_token',
      GITHUB_OUTPUT: join(folder.path, 'output'),
    },
  });
const written = (route: string) =>
  github.asked.filter((each) => each.route === route).map(({ body }) => body);
const statuses = () => written('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses');

it('shows a release as a deployment, and each change of it as a status', async () => {
  const at = (stage: string, weight: number) => releaseOf({ stage, weight });
  const end = closedAs('rolled_back', { reason: 'errors\nrise'.repeat(20) });
  const releases = [at('evaluate', 0), at('canary-5', 5), at('canary-5', 5), end];
  api.answers.set('GET /v1/releases/r1/events', events(releases));
  const ran = await start('--wait');
  expect([ran.code, github.wrong]).toEqual([10, []]);
  expect(written('POST /repos/{owner}/{repo}/deployments')).toEqual([
    expect.objectContaining({ ref: 'b'.repeat(40), environment: 'my-app/production', required_contexts: [] }),
  ]);
  expect(statuses()[0]?.['environment_url']).toBe(`${api.url}/ui/r/r1`);
  expect(readFileSync(join(folder.path, 'output'), 'utf8')).toBe(
    `report=${api.url}/ui/r/r1\noutcome=rolled_back\ncode=10\nrelease=r1\n`,
  );
  expect(statuses().map(({ state, description }) => [state, description])).toEqual([
    ['in_progress', 'progressing · evaluate'],
    ['in_progress', 'progressing · canary-5 at 5 %'],
    ['failure', expect.stringMatching(/^rolled back · errors ⏎ rise.{0,140}…$/)],
  ]);
});

it('goes on without GitHub, and says so loudly once', async () => {
  github.readOnly = true;
  api.answers.set('GET /v1/releases/r1/events', events([releaseOf({}), closedAs('promoted')]));
  const ran = await start('--wait');
  expect(ran.code).toBe(0);
  expect(ran.stderr.match(/NOT WRITTEN: the deployment/g)).toHaveLength(1);
  expect(statuses()).toEqual([]);
});

it('is for a release that is watched: 2', async () => {
  expect(await start()).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --wait') as string });
  expect(api.received).toEqual([]);
});
