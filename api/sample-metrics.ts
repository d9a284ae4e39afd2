import { Gauge, type Registry } from 'prom-client';
import type { SampleStock } from '../config-store/evaluations/sample-stock.ts';
import { atMostEvery } from './http/at-most-every.ts';

/** Counting goes over all samples: once in so long is enough. */
const holdsForMs = 30_000;

/** How much is kept of requests, in both stores; nothing is shown where that cannot be read. */
export function createSampleMetrics(
  registry: Registry,
  readStock: () => Promise<readonly SampleStock[]>,
): { refresh(): Promise<void> } {
  const gauge = (name: string, help: string, more: readonly string[] = ['store']) =>
    new Gauge({ name, help, labelNames: ['app', 'environment', ...more], registers: [registry] });
  const count = gauge('sluice_samples', 'Requests that are kept: redacted, or as they came for an hour');
  const bytes = gauge('sluice_sample_bytes', 'Their sealed size');
  const askable = gauge('sluice_samples_askable', 'Requests that a mirror can ask as they came', []);
  const overdue = gauge(
    'sluice_fresh_samples_overdue',
    'Fresh ones past their hour that nobody has deleted',
    [],
  );
  const read = atMostEvery(holdsForMs, readStock);
  return {
    async refresh() {
      const all = await read().catch(() => []);
      for (const each of [count, bytes, askable, overdue]) each.reset();
      for (const stock of all) {
        const of = { app: stock.app, environment: stock.environment };
        count.set({ ...of, store: 'kept' }, stock.whole + stock.altered + stock.unknown);
        count.set({ ...of, store: 'fresh' }, stock.fresh);
        bytes.set({ ...of, store: 'kept' }, stock.keptBytes);
        bytes.set({ ...of, store: 'fresh' }, stock.freshBytes);
        askable.set(of, stock.fresh + stock.whole);
        overdue.set(of, stock.overdue);
      }
    },
  };
}
