import { Gauge, type Registry } from 'prom-client';
import type { GuardHealth } from '../config-store/guards/guard-blindness.ts';

/** A look of a guard is due every 15 s: one that is so much later has nobody who takes it. */
const unwatchedAfterMs = 90_000;

/**
 * How the holdbacks are that go on once a release is stable: `watched`; `blind`: somebody looks, and nothing valid is
 * measured; `unwatched`: nobody looks. Nothing is shown where that cannot be read.
 */
export function createGuardMetrics(
  registry: Registry,
  readGuards: () => Promise<readonly GuardHealth[]>,
): { refresh(): Promise<void> } {
  const gauge = (name: string, help: string, more: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: ['app', 'environment', ...more], registers: [registry] });
  const condition = gauge('sluice_guard_condition', 'How an open guard is: 1 for the one that holds', [
    'condition',
  ]);
  const age = gauge('sluice_guard_look_age_seconds', 'Since the newest look of an open guard');
  const takenBack = gauge(
    'sluice_guard_taken_back_age_seconds',
    'Since a guard took a stable revision back by itself; shown for a day',
  );
  return {
    async refresh() {
      const guards = await readGuards().catch(() => []);
      for (const each of [condition, age, takenBack]) each.reset();
      for (const guard of guards) {
        const { app, environment, lookAgeMs, takenBackAgoMs } = guard;
        if (takenBackAgoMs !== undefined) takenBack.set({ app, environment }, takenBackAgoMs / 1000);
        if (!guard.open) continue;
        age.set({ app, environment }, lookAgeMs / 1000);
        const holds = conditionOf(guard);
        for (const each of ['watched', 'blind', 'unwatched'] as const)
          condition.set({ app, environment, condition: each }, each === holds ? 1 : 0);
      }
    },
  };
}

function conditionOf({ lookAgeMs, blindMs }: GuardHealth): 'watched' | 'blind' | 'unwatched' {
  if (blindMs !== undefined) return 'blind';
  return lookAgeMs > unwatchedAfterMs ? 'unwatched' : 'watched';
}
