import { failureOfStatus } from '../../protocols/failures/failure.ts';
import type { Attempt } from '../failover/chain.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import { createOperatorAlarm, type OperatorFault } from './operator-alarm.ts';

const attempt = (status: number): Attempt => ({
  ...{
    provider: 'openai',
    model: 'gpt-5-mini',
    logicalModel: 'mini',
    outcome: 'failed',
    durationMs: 1,
    status,
  },
  failure: failureOfStatus(status, undefined),
});
const answered: Attempt = {
  ...{ provider: 'anthropic', model: 'c', logicalModel: 'c', outcome: 'answered', durationMs: 1 },
};

it('counts what an operator has to mend each time, and logs it once a minute, though another target answers', () => {
  const clock = manualClock();
  const counted: string[] = [];
  const logged: OperatorFault[] = [];
  const alarm = createOperatorAlarm({
    clock,
    count: ({ provider, model, matter }) => counted.push(`${provider}/${model} ${matter}`),
    log: (fault) => logged.push(fault),
  });
  for (let i = 0; i < 3; i++) alarm([attempt(401), answered]);
  alarm([attempt(503), answered]);
  alarm([attempt(400)]);
  expect(counted).toEqual(['openai/mini key', 'openai/mini key', 'openai/mini key']);
  expect(logged).toEqual([
    expect.objectContaining({
      provider: 'openai',
      model: 'mini',
      matter: 'key',
      code: 'http_401',
      status: 401,
    }),
  ]);
  alarm([attempt(402)]);
  clock.advance(60_000);
  alarm([attempt(401)]);
  expect(logged.map(({ matter }) => matter)).toEqual(['key', 'account', 'key']);
});
