import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { registerAuditMetrics, type AuditFacts } from './audit/audit-metrics.ts';
import { createGuardMetrics } from './guard-metrics.ts';
import { createHealthMetrics } from './health-metrics.ts';
import { createReviewMetrics } from './review-metrics.ts';
import { createSampleMetrics } from './sample-metrics.ts';
import { createStableWatchMetrics } from './stable-watch/stable-watch-metrics.ts';
import { createWebhookMetrics } from './webhooks/webhook-metrics.ts';
import type { UncaughtFault } from '../program/survive-faults.ts';

interface ApiMetricsFacts {
  readonly readHealth: Parameters<typeof createHealthMetrics>[1];
  readonly readOpenReviews: Parameters<typeof createReviewMetrics>[1];
  readonly readSampleStock?: Parameters<typeof createSampleMetrics>[1];
  readonly readStableWatches?: Parameters<typeof createStableWatchMetrics>[1];
  readonly readGuards?: Parameters<typeof createGuardMetrics>[1];
  readonly readWebhookStock?: Parameters<typeof createWebhookMetrics>[1];
  readonly audit: AuditFacts;
}

const none = () => Promise.resolve([]);

/** Those that are read from the database at each scrape. */
function readAtScrapes(registry: Registry, facts: ApiMetricsFacts): { refresh(): Promise<void> }[] {
  return [
    createHealthMetrics(registry, facts.readHealth),
    createReviewMetrics(registry, facts.readOpenReviews),
    createSampleMetrics(registry, facts.readSampleStock ?? none),
    createStableWatchMetrics(registry, facts.readStableWatches ?? none),
    createGuardMetrics(registry, facts.readGuards ?? none),
    createWebhookMetrics(registry, facts.readWebhookStock ?? none),
  ];
}

/** The API's metrics for Prometheus, in a registry of their own. */
export function createApiMetrics(facts: ApiMetricsFacts) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const refreshed = readAtScrapes(registry, facts);
  registerAuditMetrics(registry, facts.audit);
  const requests = new Counter({
    name: 'sluice_api_requests_total',
    help: 'Requests by operation and status',
    labelNames: ['operation', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'sluice_api_request_seconds',
    help: 'Duration of requests by operation',
    labelNames: ['operation'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const faults = new Counter({
    name: 'sluice_api_survived_faults_total',
    help: 'Faults of the program that nobody caught',
    labelNames: ['kind'],
    registers: [registry],
  });
  for (const kind of ['rejection', 'exception'] as const) faults.inc({ kind }, 0); // An increase begins somewhere.
  return {
    registry,
    /** Everything as of now, in Prometheus' text form. */
    async expose(): Promise<string> {
      await Promise.all(refreshed.map((each) => each.refresh()));
      return registry.metrics();
    },
    fault(kind: UncaughtFault['kind']) {
      faults.inc({ kind });
    },
    observe(operation: string, status: number, durationMs: number) {
      requests.inc({ operation, status });
      seconds.observe({ operation }, durationMs / 1000);
    },
  };
}

export type ApiMetrics = ReturnType<typeof createApiMetrics>;
