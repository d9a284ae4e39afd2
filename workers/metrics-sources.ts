import type { MetricsSource } from '../activities/looks/metrics/ask-prometheus.ts';
import type { MetricsSources } from '../activities/looks/metrics/measure-metrics.ts';
import { durationMs } from '../domain/duration.ts';
import { SluiceError } from '../domain/errors.ts';
import { readEnvironments } from '../program/settings.ts';

/**
 * The metric stores of each environment, from the operator's file and the environment variables that it names.
 *
 * @throws SluiceError `invalid_file`, and `usage` where a variable is not there
 */
export function metricsSources(path: string, variables: NodeJS.ProcessEnv): MetricsSources {
  const known = Object.entries(readEnvironments(path)).map(([environment, { metrics = {} }]) => {
    const sources = Object.entries(metrics).map(
      ([name, { url, apiKeyEnv, timeout }]): [string, MetricsSource] => [
        name,
        { url, token: tokenOf(apiKeyEnv, variables), timeoutMs: durationMs(timeout) },
      ],
    );
    return [environment, new Map(sources)] as const;
  });
  const byEnvironment = new Map(known);
  return (environment) => byEnvironment.get(environment) ?? new Map<string, MetricsSource>();
}

function tokenOf(name: string | undefined, variables: NodeJS.ProcessEnv): string | undefined {
  if (name === undefined) return undefined;
  const token = variables[name];
  if (token !== undefined && token !== '') return token;
  throw new SluiceError(
    'usage',
    `${name} is not set, which the environments file names for a metric store.`,
    {
      remedy: 'Set it for the worker.',
    },
  );
}
