import { Gauge, type Registry } from 'prom-client';

export interface AuditFacts {
  /** How long the oldest entry has waited for its place in the chain; nothing is shown where that cannot be asked. */
  readonly waitingSeconds: () => Promise<number>;
  /** Whether the log still has the end that this API has seen. */
  readonly isIntact: () => boolean;
}

/** How the audit log is, for Prometheus: asked at each scrape. */
export function registerAuditMetrics(registry: Registry, { waitingSeconds, isIntact }: AuditFacts): void {
  const registers = [registry];
  new Gauge({
    name: 'sluice_api_audit_intact',
    help: '0 where the audit log no longer has the end that this API has seen',
    registers,
    collect() {
      this.set(isIntact() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'sluice_api_audit_waiting_seconds',
    help: 'How long the oldest audit entry has waited for its place in the chain',
    registers,
    async collect() {
      this.set(await waitingSeconds().catch(() => Number.NaN));
    },
  });
}
