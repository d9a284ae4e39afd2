import { environmentsFileSchema } from '../../../domain/revision/binding.ts';
import { programVariables } from './program-variables.ts';

const provider = (apiKeyEnv: string) => ({ kind: 'openai', baseUrl: 'https://a.example/v1', apiKeyEnv });
const bindings = environmentsFileSchema.parse({
  environments: {
    production: {
      providers: { openai: provider('LIVE_KEY') },
      retrievers: { docs: { url: 'https://r.example', apiKeyEnv: 'SEARCH_KEY' } },
      metrics: { prometheus: { kind: 'prometheus', url: 'https://m.example', apiKeyEnv: 'METRICS_KEY' } },
    },
    staging: { providers: { openai: provider('STAGING_KEY') } },
  },
});
const variables = {
  ...{
    LIVE_KEY: 'live',
    STAGING_KEY: 'staging',
    SEARCH_KEY: 'search',
    METRICS_KEY: 'metrics',
    UNNAMED_KEY: 'unnamed',
  },
  ...{ AWS_SECRET_ACCESS_KEY: 'cloud', GITHUB_TOKEN: 'ci', TEMPORAL_API_KEY: 'temporal', PGPASSWORD: 'pg' },
  ...{
    SLUICE_ADMIN_TOKEN: 'admin',
    SLUICE_LOG_LEVEL: 'warn',
    SLUICE_EVAL_CONCURRENCY: '4',
    SLUICE_POLL_MS: '100',
  },
};

it('tells each program its own settings, and keys of providers to the gateways that ask with them alone', () => {
  const given = programVariables({ variables, bindings, ownDatabase: false });
  expect(given.api).toEqual({
    ...{ SLUICE_ADMIN_TOKEN: 'admin', SLUICE_LOG_LEVEL: 'warn', TEMPORAL_API_KEY: 'temporal' },
  });
  expect(given.worker).toEqual({
    ...{ SLUICE_EVAL_CONCURRENCY: '4', SLUICE_LOG_LEVEL: 'warn', TEMPORAL_API_KEY: 'temporal' },
    METRICS_KEY: 'metrics',
  });
  const gateway = { SLUICE_LOG_LEVEL: 'warn', SLUICE_POLL_MS: '100' };
  expect(given.gateway('production')).toEqual({ ...gateway, LIVE_KEY: 'live', SEARCH_KEY: 'search' });
  expect(given.gateway('staging')).toEqual({ ...gateway, STAGING_KEY: 'staging' });
  expect(given.gateway('elsewhere')).toEqual(gateway);
});

it('hands on what reaches a database of one’s own', () => {
  expect(programVariables({ variables, bindings, ownDatabase: true }).worker).toMatchObject({
    PGPASSWORD: 'pg',
  });
});
