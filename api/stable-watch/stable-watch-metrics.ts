import { Gauge, type Registry } from 'prom-client';
import type { StableWatchRow } from '../../config-store/stable-watch/stable-watch-row.ts';
import { isStableWatchLate } from '../../domain/stable-watch/stable-watch.ts';

type Shown = Pick<StableWatchRow, 'app' | 'enabled' | 'every' | 'alarm' | 'liftedAt' | 'measuredAgoMs'>;

/** What the stable watches have found; nothing is shown where that cannot be read. */
export function createStableWatchMetrics(
  registry: Registry,
  readWatches: () => Promise<readonly Shown[]>,
): { refresh(): Promise<void> } {
  const gauge = (name: string, help: string, more: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: ['app', ...more], registers: [registry] });
  const alarm = gauge('sluice_stable_watch_alarm', 'Whether an alarm of this kind is on', ['kind']);
  const holds = gauge('sluice_stable_watch_holds', 'Whether an alarm keeps releases from larger shares');
  const late = gauge('sluice_stable_watch_late', 'Whether nothing was found out for three of its times');
  const age = gauge(
    'sluice_stable_watch_age_seconds',
    'Since stable was found to be good, broken or changed',
  );
  return {
    async refresh() {
      const watches = await readWatches().catch(() => []);
      for (const each of [alarm, holds, late, age]) each.reset();
      for (const { app, enabled, every, alarm: on, liftedAt, measuredAgoMs } of watches) {
        if (!enabled) continue;
        for (const kind of ['broken', 'changed'] as const) alarm.set({ app, kind }, on === kind ? 1 : 0);
        holds.set({ app }, on !== undefined && liftedAt === undefined ? 1 : 0);
        late.set({ app }, isStableWatchLate({ every, agoMs: measuredAgoMs }) ? 1 : 0);
        age.set({ app }, measuredAgoMs / 1000);
      }
    },
  };
}
