import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createHealthMetrics } from './health-metrics.ts';
import { createReviewMetrics } from './review-metrics.ts';
import type { UncaughtFault } from '../program/survive-faults.ts';

/** The API's metrics for Prometheus, in a registry of their own. */
export function createApiMetrics({
  readHealth,
  readOpenReviews,
}: {
  readHealth: Parameters<typeof createHealthMetrics>[1];
  readOpenReviews: Parameters<typeof createReviewMetrics>[1];
}) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const health = createHealthMetrics(registry, readHealth);
  const reviews = createReviewMetrics(registry, readOpenReviews);
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
      await Promise.all([health.refresh(), reviews.refresh()]);
      return registry.metrics();
    },
    /**
     * Shows, from now on, how long the oldest audit entry has waited for its place (nothing where that cannot be asked),
     * and whether the log still has the end that the API has seen.
     */
    watchAudit(waitingSeconds: () => Promise<number>, isIntact: () => boolean) {
      new Gauge({
        name: 'sluice_api_audit_intact',
        help: '0 where the audit log no longer has the end that this API has seen',
        registers: [registry],
        collect() {
          this.set(isIntact() ? 1 : 0);
        },
      });
      new Gauge({
        name: 'sluice_api_audit_waiting_seconds',
        help: 'How long the oldest audit entry has waited for its place in the chain',
        registers: [registry],
        async collect() {
          this.set(await waitingSeconds().catch(() => Number.NaN));
        },
      });
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
