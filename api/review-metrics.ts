import { Gauge, type Registry } from 'prom-client';
import type { OpenReviews } from '../config-store/change-control/count-open-reviews.ts';

/** What was done past the rules and nobody else has looked at; nothing is shown where that cannot be read. */
export function createReviewMetrics(
  registry: Registry,
  readOpen: () => Promise<readonly OpenReviews[]>,
): { refresh(): Promise<void> } {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['kind'], registers: [registry] });
  const open = gauge(
    'sluice_reviews_open',
    'What was done past the rules and nobody else has signed off yet',
  );
  const oldest = gauge('sluice_reviews_oldest_open_seconds', 'How long the oldest of them has waited');
  return {
    async refresh() {
      const reviews = await readOpen().catch(() => []);
      open.reset();
      oldest.reset();
      for (const { kind, count, oldestSeconds } of reviews) {
        open.set({ kind }, count);
        oldest.set({ kind }, oldestSeconds);
      }
    },
  };
}
