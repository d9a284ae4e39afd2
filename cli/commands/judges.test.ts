import type { JudgeList, JudgeState } from '../../api/schemas/judges.ts';
import { json, problem, useFakeApi } from '../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const run = (...argv: string[]) =>
  sluice(argv, { cwd: folder.path, env: { SLUICE_API_URL: api.url, SLUICE_TOKEN: 't' } });

const estimate = { estimate: 0.9, lower: 0.8, upper: 0.95 };
const judge: JudgeState = {
  ...{
    id: 'cal_1',
    judge: `judge_${'0'.repeat(64)}`,
    name: 'default',
    environment: 'staging',
    actor: 'token:admin',
  },
  ...{ goodPassed: 45, goodFailed: 5, badPassed: 5, badFailed: 45, notJudged: 1, labelsDigest: 'd' },
  ...{ pairs: 40, flips: 1, byPlace: { estimate: 0.025, lower: 0.004, upper: 0.13 } },
  ...{
    sensitivity: estimate,
    specificity: estimate,
    kappa: estimate,
    corrected: [{ passed: 0.7, good: estimate }],
    mayDecide: true,
    at: '2026-11-30T08:00:00.000Z',
  },
};

it('lists judges and says of each how well it sees, and why it may not decide', async () => {
  const weak = { ...judge, name: 'weak', mayDecide: false, why: '48 labelled answers are fewer than 50' };
  const list: JudgeList = { items: [judge, weak] };
  api.answers.set('GET /v1/judges', json(200, list));
  const { code, stdout } = await run('judge', 'list');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/default +staging +decides +0\.90 \(0\.80 to 0\.95\)/) as unknown,
  ]);
  expect((await run('judge', 'show', 'weak')).stdout).toMatch(
    /weak in staging: reports, and decides nothing: 48 labelled .*\n.*of 50 good answers it passed 45: sensitivity[^]*where it passes 70 % of 1,000 answers, this share is good: 0\.90 \(0\.80 to 0\.95\)/,
  );
  const { byPlace: _, ...unpaired } = { ...judge, pairs: 0, flips: 0 };
  api.answers.set('GET /v1/judges', json(200, { items: [judge, { ...unpaired, name: 'unpaired' }] }));
  const shown = async (name: string) => (await run('judge', 'show', name)).stdout;
  expect(await shown('default')).toMatch(/of 40 pairs it named the same place in both orders in 1: 0\.03/);
  expect(await shown('unpaired')).toMatch(/of no pair was it asked in both orders: label a good and a bad/);
  expect((await run('judge', 'show', 'nobody')).code).toBe(3);
});

it('calibrates no judge that there is not, and by no labels that cannot be read', async () => {
  folder.write('labels.csv', 'request,answer,label\nWhy?,So.,perhaps\n');
  const unread = await run('judge', 'calibrate', 'default', 'labels.csv');
  expect([unread.code, unread.stderr]).toEqual([
    2,
    expect.stringMatching(/labels\.csv:2: .*good, pass/s) as unknown,
  ]);
  folder.write('labels.csv', 'request,answer,label\nWhy?,So.,good\n');
  const providers = 'openai: { kind: openai, baseUrl: "http://127.0.0.1:9/v1" }';
  folder.write('sluice.environments.yaml', `environments: { staging: { providers: { ${providers} } } }`);
  const unnamed = await run('judge', 'calibrate', 'default', 'labels.csv');
  expect([unnamed.code, unnamed.stderr]).toEqual([
    3,
    expect.stringMatching(/has no judge "default"/) as unknown,
  ]);
});

it('asks no judge of which the token may not keep what it says', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `q${i},a${i},${i % 2 === 0 ? 'good' : 'bad'}`);
  folder.write('labels.csv', `request,answer,label\n${rows.join('\n')}\n`);
  const provider = `openai: { kind: openai, baseUrl: "${api.url}/v1" }`;
  const named = 'judges: { default: { provider: openai, model: m, version: "1" } }';
  folder.write(
    'sluice.environments.yaml',
    `environments: { staging: { providers: { ${provider} }, ${named} } }`,
  );
  const refusal = 'The token "ci" has the role operator; this needs admin.';
  api.answers.set('GET /v1/judges/calibrations/rights', problem(403, 'forbidden', refusal));
  const refused = await run('judge', 'calibrate', 'default', 'labels.csv', '--criterion', 'helps');
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain(refusal);
  // Of its provider, which is the same server here, nobody has asked anything.
  expect(api.received.map(({ path }) => path)).toEqual(['/v1/judges/calibrations/rights']);
});
