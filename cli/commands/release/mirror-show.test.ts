import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MirrorCalibration, MirroredPairs, MirrorReport } from '../../../api/schemas/mirror.ts';
import { json, useFakeApi } from '../../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const run = (...argv: string[]) =>
  sluice(['mirror', 'show', 'r1', ...argv], {
    cwd: folder.path,
    env: { SLUICE_API_URL: api.url, SLUICE_TOKEN: 't' },
  });

const report: MirrorReport = {
  ...{ releaseId: 'r1', app: 'bank', candidate: 'rev_b', stable: 'rev_a', margin: 0.05, minPairs: 30 },
  ...{ createdAt: '2026-11-30T08:00:00.000Z', samples: 40, outcome: 'fail', summary: '40 pairs; bad' },
  choice: { strata: [{ name: 'short', later: false, there: 90, taken: 40 }], repeats: 12, unreadable: 0 },
  first: {
    pairs: 40,
    shortcomings: [
      {
        ...{ name: 'refused', pairs: 40, candidate: 8, stable: 0 },
        ...{ difference: 0.2, lower: 0.1, upper: 0.32 },
      },
    ],
    measures: [
      {
        ...{ name: 'latency', pairs: 40, candidate: 900, stable: 450 },
        ...{ ratio: 2, lower: 1.8, upper: 2.2 },
      },
    ],
  },
  scores: {
    ...{ outcome: 'fail', pairs: 40, missing: 1, candidate: 0.7, stable: 0.9 },
    ...{ difference: -0.2, lower: -0.3, upper: -0.1 },
  },
  predictions: [
    {
      ...{ guardrail: 'errors', kind: 'rate', pairs: 40, held: false, factor: 4 },
      candidate: { expected: 0.01, lower: 0.004, upper: 0.03 },
      stable: { expected: 0.01, lower: 0.008, upper: 0.012 },
      shown: { candidate: { bad: 40, units: 1_000 }, stable: { bad: 90, units: 9_000 } },
    },
  ],
  worst: [{ id: 's1', later: false, why: ['candidate refused'] }],
};
const hostile = '<script>alert(1)</script>\u202e\u001b[2J';
const pairs: MirroredPairs = {
  items: [
    {
      ...{ id: 's1', later: false, why: ['candidate refused'] },
      request: { turns: [{ role: 'user', text: 'where is\nmy card?' }], earlierTurns: 0, variables: {} },
      candidate: { text: hostile, calls: [] },
    },
  ],
};

it('shows what was compared, and the worst pairs side by side', async () => {
  api.answers.set('GET /v1/releases/r1/mirror', json(200, report));
  api.answers.set('GET /v1/releases/r1/mirror/pairs?limit=10', json(200, pairs));
  const { code, stdout } = await run();
  expect(code).toBe(0);
  expect(stdout).toMatch(/fail: 40 pairs; bad/);
  expect(stdout).toMatch(/short +first turn +90 +40\n12 more ask what a newer one asks/);
  expect(stdout).toMatch(/refused +8 +0 +20\.0 points \(10\.0 to 32\.0\)/);
  expect(stdout).toMatch(/latency +900 ms +450 ms +x 2\.00 \(1\.80 to 2\.20\)/);
  expect(stdout).toMatch(
    /errors +1\.0 % \(0\.40 to 3\.0\) +1\.0 % \(0\.80 to 1\.2\) +4\.0 % of 1000: outside, 4\.0 times/,
  );
  expect(stdout).toContain(
    'scores: candidate 0.70, stable 0.90, difference -20.0 points (-30.0 to -10.0), 1 missing: fail',
  );
  expect(stdout).toMatch(/1\. candidate refused +s1\n +user: where is ⏎ my card\?/);
  expect(stdout).toContain('(no answer)');
  for (const control of ['\u202e', '\u001b[2J']) expect(stdout).not.toContain(control);
  const written = JSON.parse((await run('--json')).stdout) as object;
  expect(written).toMatchObject({ releaseId: 'r1', pairs: pairs.items });
});

it('says where what was said is not shown, and shows the figures', async () => {
  api.answers.set('GET /v1/releases/r1/mirror', json(200, report));
  const problem = {
    code: 'forbidden',
    detail: 'may not read content',
    remedy: 'sluice token create --content',
  };
  api.answers.set('GET /v1/releases/r1/mirror/pairs?limit=10', json(403, problem));
  const { code, stdout } = await run();
  expect([code, stdout]).toEqual([0, expect.stringMatching(/refused[^]*not shown: .*may not read content/)]);
  expect((await run('--html', 'pairs.html')).code).toBe(4);
});

it('writes one HTML file in which nothing that was said is more than text', async () => {
  api.answers.set('GET /v1/releases/r1/mirror', json(200, report));
  api.answers.set('GET /v1/releases/r1/mirror/pairs?limit=3', json(200, pairs));
  expect((await run('--pairs', '3', '--html', 'pairs.html')).code).toBe(0);
  const html = readFileSync(join(folder.path, 'pairs.html'), 'utf8');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;\\u202e');
  expect(html).toContain('user: where is\nmy card?');
  for (const unsafe of ['<script', '\u202e', '\u001b']) expect(html).not.toContain(unsafe);
});

it('says how the predictions of an app’s mirrors did', async () => {
  const calibration: MirrorCalibration = {
    ...{ releases: 2, scored: 1, held: 0, medianFactor: 4 },
    guardrails: [{ name: 'errors', scored: 1, held: 0, medianFactor: 4 }],
    items: report.predictions.map((each) => ({
      ...{ ...each, releaseId: 'r1', at: '2026-11-30T08:00:00.000Z', state: 'rolled_back' },
    })),
  };
  api.answers.set('GET /v1/apps/bank/mirror-calibration?limit=50', json(200, calibration));
  const { code, stdout } = await sluice(['mirror', 'calibration', 'bank'], {
    cwd: folder.path,
    env: { SLUICE_API_URL: api.url, SLUICE_TOKEN: 't' },
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/0 of 1 predictions held .*factor 4\.0/);
  expect(stdout).toMatch(/r1 +rolled_back +errors +1\.0 % .* outside, 4\.0 times/);
});
