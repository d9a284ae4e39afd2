import { createTemporalView } from './temporal-view.ts';
import { testTemporal, type TestTemporal } from '../../tests/support/temporal.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await testTemporal();
});
afterAll(() => temporal.close());
afterEach(() => jest.restoreAllMocks());

it('asks which Temporal it is once a minute, and again at once where it was not told', async () => {
  const { client } = temporal.environment;
  const asked = jest.spyOn(client.workflowService, 'describeNamespace');
  const now = jest.spyOn(performance, 'now').mockReturnValue(0);
  const view = createTemporalView(client);
  const identity = await view.identity();
  now.mockReturnValue(59_999);
  expect(await view.identity()).toEqual(identity);
  expect(asked).toHaveBeenCalledTimes(1);
  now.mockReturnValue(60_000);
  const away = Object.assign(new Error('away'), { code: 14, details: 'away', metadata: {} });
  asked.mockRejectedValueOnce(away);
  await expect(view.identity()).rejects.toMatchObject({ code: 'unreachable' });
  expect(await view.identity()).toEqual(identity);
  expect(asked).toHaveBeenCalledTimes(3);
});
