import type { ResolvedTarget } from '../../protocols/target.ts';
import type { ConfigView } from '../config/view.ts';
import { createMetrics, type MeasuredRequest } from './metrics.ts';

/** A gateway that serves nothing, as far as gauges ask. */
const view: ConfigView = {
  refresh: () => Promise.resolve(),
  onRefreshed: () => () => undefined,
  startFromDisk: () => Promise.resolve(),
  app: () => undefined,
  apps: () => [],
  isInactive: () => false,
  candidateIsFresh: () => false,
  countingOf: () => undefined,
  acks: () => ({}),
  refusals: () => ({}),
  refusalOf: () => undefined,
  ahead: () => ({}),
  ageMs: () => 0,
};

const target: ResolvedTarget = {
  provider: 'openai',
  kind: 'openai',
  baseUrl: 'http://provider.test',
  model: 'm',
  logicalModel: 'm',
  parameters: {},
  timeoutsMs: { connect: 1, firstContent: 1, idle: 1 },
};

const answered: MeasuredRequest = {
  labels: { app: 'bank', arm: 'stable', reason: 'weight', outcome: 'completed' },
  key: 'key-1',
  seconds: 0.2,
  attempts: [{ provider: 'openai', model: 'm', logicalModel: 'm', outcome: 'answered', durationMs: 1 }],
  answeredBy: target,
  usage: { inputTokens: 3, outputTokens: 2 },
  undeclared: 1,
};

const requests = 'sluice_requests_total{app="bank",arm="stable",reason="weight",outcome="completed"}';

it('shows at a scrape all that was answered until then, few or many', async () => {
  const metrics = createMetrics(view, { inFlightBytes: () => 0 });
  const scrape = async () => (await metrics.registry.metrics()).split('\n');
  metrics.answered(answered);
  expect(await scrape()).toEqual(
    expect.arrayContaining([
      `${requests} 1`,
      'sluice_key_requests_total{key="key-1",outcome="completed"} 1',
      'sluice_provider_attempts_total{provider="openai",model="m",outcome="answered"} 1',
      'sluice_provider_tokens_total{provider="openai",model="m",direction="input"} 3',
      'sluice_undeclared_variables_total{app="bank"} 1',
      'sluice_request_seconds_count{app="bank",arm="stable"} 1',
    ]),
  );
  for (let i = 0; i < 1_200; i += 1) metrics.answered(answered);
  expect(await scrape()).toContain(`${requests} 1201`);
});

it('counts requests whose provider tells of tokens that nobody can count', async () => {
  const metrics = createMetrics(view, { inFlightBytes: () => 0 });
  metrics.answered({ ...answered, usage: { inputTokens: -1, outputTokens: Infinity } });
  metrics.answered(answered);
  const lines = (await metrics.registry.metrics()).split('\n');
  expect(lines).toContain(`${requests} 2`);
  expect(lines).toContain('sluice_provider_tokens_total{provider="openai",model="m",direction="output"} 2');
});
