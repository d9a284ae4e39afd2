import type { DoctorFinding } from '../../domain/doctor/finding.ts';
import { json, problem, useFakeApi } from '../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const run = (argv: string[] = [], url = api.url) =>
  sluice(['doctor', ...argv], { cwd: folder.path, env: { SLUICE_API_URL: url } });

function finds(...findings: DoctorFinding[]): void {
  api.answers.set('GET /v1/me', json(200, { name: 'ada', role: 'operator' }));
  const at = new Date().toISOString();
  api.answers.set('GET /v1/doctor', json(200, { at, findings, apps: ['bank'], more: 0 }));
}

it('prints a line of each part with its remedy, and ends well where nothing fails', async () => {
  const remedy = 'Add a target.';
  finds({ check: 'failover', about: 'bank', state: 'warn', says: 'one provider', remedy });
  folder.write('.github/workflows/pr.yml', 'steps:\n  - run: npx sluice eval --baseline git:origin/main\n');
  const ran = await run();
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain(
    '! warn     failover            bank: one provider\n           → Add a target.\n',
  );
  expect(ran.stdout).toMatch(/✔ ok {7}token {15}ada, operator\n/);
  expect(ran.stdout).toMatch(/✔ ok {7}clocks {14}this machine: 0(\.\d)? s/);
  expect(ran.stdout).toContain('.github/workflows/pr.yml runs sluice eval');
  expect(ran.stdout).toMatch(/\n4 ok · 1 warn · 0 fail · 0 unknown\n$/);
});

it('is 11 where something fails, and says in JSON what', async () => {
  finds({ check: 'temporal', state: 'fail', says: 'it does not answer', remedy: 'Start it.' });
  const ran = await run(['--json']);
  expect(ran.code).toBe(11);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    outcome: 'unhealthy',
    findings: expect.arrayContaining([
      expect.objectContaining({ check: 'temporal', state: 'fail' }),
    ]) as object,
  });
});

it('is 5 where the control plane cannot be asked, and says what is known all the same', async () => {
  const ran = await run([], 'http://127.0.0.1:1');
  expect(ran.code).toBe(5);
  expect(ran.stdout).toContain('✖ fail     api                 The API at http://127.0.0.1:1 did not answer');
  expect(ran.stdout).toContain('? unknown  eval gate in CI');
});

it('passes on that the token does not reach', async () => {
  api.answers.set('GET /v1/me', problem(401, 'unauthenticated', 'No token.'));
  expect((await run()).code).toBe(4);
});
