import { json, useFakeApi } from '../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const run = (...argv: string[]) => sluice(argv, { cwd: folder.path, env: { SLUICE_API_URL: api.url } });
const app = {
  ...{ name: 'bank', sampling: 'redacted', samplesPerSecond: 5, maxSamples: 20_000, active: [] },
  ...{ maxFreshSamples: 5_000, maxFreshMegabytes: 256 },
};

it('sends what is to change, and says what is kept from now on', async () => {
  api.answers.set('POST /v1/apps/bank', json(200, app));
  const ran = await run('app', 'set', 'bank', '--samples-per-second', '5', '--reason', 'a big mirror');
  expect(ran).toMatchObject({
    code: 0,
    stdout:
      'bank: redacted content, 5 requests a second, the newest 20000 in each environment. What redaction alters also as ' +
      'it came, for an hour: 5000 requests, 256 MB, unless the policy forbids it.\n',
  });
  expect(api.received[0]?.body).toEqual({ samplesPerSecond: 5, reason: 'a big mirror' });
});

it.each([
  [[], /nothing to set/],
  [['--samples-per-second', 'many'], /A number from 0.001 to 100/],
  [['--max-samples', '1.5'], /A whole number/],
  [['--max-samples', ''], /A whole number/],
  [['--sampling', 'all'], /off, metadata, redacted, full/],
])('refuses %j before anything is asked', async (options, message) => {
  const ran = await run('app', 'set', 'bank', ...options);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toMatch(message);
  expect(api.received).toEqual([]);
});
