import { json, useFakeApi } from '../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();

it('keeps what is not said, and takes a sum away where it is none', async () => {
  const path = '/v1/apps/desk/stable-watch';
  const spent = { calls: 0, costUsd: 0 };
  const set = { every: '30m', callsPerDay: 10, usdPerDay: 2 };
  const watch = { app: 'desk', enabled: true, ...set, spent, late: false };
  api.answers.set(`GET ${path}`, json(200, watch));
  api.answers.set(`POST ${path}`, json(200, watch));
  const sent = async (...argv: string[]) => {
    api.received.length = 0;
    const env = { SLUICE_API_URL: api.url, SLUICE_TOKEN: 't' };
    const { code } = await sluice(['stable-watch', 'set', 'desk', ...argv], { cwd: folder.path, env });
    return [code, api.received.find(({ method }) => method === 'POST')?.body];
  };
  expect(await sent('--every', '1h')).toEqual([0, { enabled: true, ...set, every: '1h' }]);
  const { usdPerDay: _, ...without } = set;
  expect(await sent('--usd-per-day', 'none')).toEqual([0, { enabled: true, ...without }]);
  expect(await sent('--usd-per-day', '3')).toEqual([0, { enabled: true, ...set, usdPerDay: 3 }]);
  expect((await sent('--usd-per-day', 'free'))[0]).toBe(2);
});
