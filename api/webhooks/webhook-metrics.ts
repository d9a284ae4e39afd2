import { Gauge, type Registry } from 'prom-client';
import type { WebhookStock } from '../../config-store/webhooks/webhook-message.ts';

/** What webhooks have not been told, for Prometheus; nothing is shown where that cannot be read. */
export function createWebhookMetrics(
  registry: Registry,
  readStock: () => Promise<readonly WebhookStock[]>,
): { refresh(): Promise<void> } {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['webhook'], registers: [registry] });
  const waiting = gauge('sluice_webhook_messages_waiting', 'Messages that are not delivered yet');
  const oldest = gauge('sluice_webhook_oldest_seconds', 'Age of the oldest of them');
  const dead = gauge('sluice_webhook_messages_dead', 'Messages that were given up within 30 days');
  return {
    async refresh() {
      const all = await readStock().catch(() => []);
      for (const each of [waiting, oldest, dead]) each.reset();
      for (const { webhook, ...stock } of all) {
        waiting.set({ webhook }, stock.waiting);
        oldest.set({ webhook }, stock.oldestAgeMs / 1000);
        dead.set({ webhook }, stock.dead);
      }
    },
  };
}
