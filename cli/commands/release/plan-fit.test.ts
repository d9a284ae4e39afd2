import type { PlanFit } from '../../../api/schemas/plan-fit.ts';
import { json, useFakeApi } from '../../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const run = (...argv: string[]) =>
  sluice(argv, { cwd: folder.path, env: { SLUICE_API_URL: api.url, SLUICE_TOKEN: 't' } });

const fit: PlanFit = {
  ...{ requestsPerDay: 2_880, since: '2026-11-29T08:00:00.000Z', decidedBy: 'mixed' },
  ...{ takesMs: 5_400_000, exposed: 71, takenBackAtMost: 0.05 },
  steps: [
    {
      ...{ weight: 100, judgedWeight: 95, holdMs: 600_000, takesMs: 5_400_000, pauses: false, exposed: 71 },
      finds: [
        { guardrail: 'errors', baseRate: 0.005, with80: 0.21, with95: 0.34 },
        { guardrail: 'latency', baseRate: 0.02 },
      ],
    },
  ],
  mirror: {
    ...{ calls: 200, tokensIn: 40_000, tokensOut: 9_000 },
    passes: [
      { differ: 0.01, chance: 0.977 },
      { differ: 0.08, chance: 0.579 },
    ],
  },
  suggested: {
    mirror: { samples: 150 },
    steps: [{ weight: 25, hold: '3h' }],
    holdback: 25,
    guard: '7h',
    against: ['steps.maxFirstWeight: at most 5 %, not 25 %'],
  },
};

it('says what a plan finds in the traffic, what it takes, and which suits it', async () => {
  await run('init', '--name', 'my-app');
  api.answers.set('POST /v1/apps/my-app/plan-fit', json(200, fit));
  const { code, stdout } = await run('plan', 'fit', '--allow-dirty');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^2880 requests a day \(counted since 2026-11-29T08:00:00\.000Z\): enough/);
  expect(stdout).toMatch(/100 % \(95 % while judged\) +1\.5h +71 +errors +0\.50 % +21 % +34 %/);
  expect(stdout).toMatch(/latency +2\.0 % +nothing +nothing/);
  expect(stdout).toMatch(/at most 5\.0 % of good releases .* 200 calls, about 40000 tokens in and 9000 out/);
  expect(stdout).toMatch(
    /An equal candidate passes its mirror in 98 % where 1\.0 %, 58 % where 8\.0 % of the pairs differ by chance/,
  );
  expect(stdout).toMatch(
    /What suits this traffic:\n {2}mirror:\n {4}samples: 150\n[^]*guard: 7h\n[^]*against it: steps\.maxFirstWeight: at most 5 %, not 25 %; an admin/,
  );
});

it('says of an audience that nobody has counted what it asks', async () => {
  await run('init', '--name', 'my-app');
  const audience = { weight: 25, holdMs: 3_600_000, minExposures: 50 };
  api.answers.set('POST /v1/apps/my-app/plan-fit', json(200, { ...fit, audience }));
  const { stdout } = await run('plan', 'fit', '--allow-dirty');
  expect(stdout).toMatch(
    /First 25 % of its audience, held for 1h at least: it passes once 50 requests of members/,
  );
});

it('refuses a plan that finds nothing but an outage, and says what to do', async () => {
  await run('init', '--name', 'my-app');
  const nonsense = 'The step at 5 % finds nothing but an outage (80 % failing) at 2.0 requests a minute.';
  api.answers.set('POST /v1/apps/my-app/plan-fit', json(200, { ...fit, nonsense }));
  const { code, stdout, stderr } = await run('plan', 'fit', '--allow-dirty', '--requests-per-day', '2880');
  expect([code, stderr]).toEqual([12, expect.stringContaining('outcome=finds_nothing')]);
  expect(stdout).toMatch(/nothing but an outage[^]*Hold it longer, give it a larger weight/);
});
