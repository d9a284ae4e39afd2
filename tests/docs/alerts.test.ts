import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { createApiMetrics } from '../../api/metrics.ts';
import { healthOf } from '../../domain/release/health.ts';

const root = join(import.meta.dirname, '../..');
const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          annotations: z.object({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});
const { groups } = rulesSchema.parse(
  parse(readFileSync(join(root, 'deploy/prometheus/sluice-alerts.yml'), 'utf8')),
);
const rules = groups.flatMap((group) => group.rules);

/** A release with all there is to tell of one. */
const sick = {
  ...healthOf({
    ...{ state: 'progressing', weight: 25, lookAgeMs: 90_000, leaseMs: 75_000, leaseLeftMs: 5_000 },
    ...{ gatewaysLive: 1, gatewaysMissing: [], plan: {}, workflow: 'running', seenAgeMs: 0 },
    ...{ pollers: 0, evaluators: 0, backlogMs: 40_000, failingMs: 70_000, failingWhy: 'Nondeterminism' },
  }),
  ...{ releaseId: 'rel_1', app: 'bank', environment: 'production' },
};

/** Another, whose audience alone has its candidate. */
const first = {
  ...healthOf({
    ...{ state: 'progressing', weight: 0, audience: 25, leaseMs: 75_000, leaseLeftMs: 70_000 },
    ...{ gatewaysLive: 1, gatewaysMissing: [], plan: {}, workflow: 'running' as const },
  }),
  ...{ releaseId: 'rel_2', app: 'shop', environment: 'production' },
};

/** An app whose full requests nobody has deleted. */
const leftLying = {
  ...{ app: 'bank', environment: 'production', fresh: 3, freshBytes: 900, whole: 5, altered: 4, unknown: 1 },
  ...{ keptBytes: 2_000, lastHour: 6, overdue: 2, keepsFresh: true },
};

/** Of a release that is stable, and nothing can be measured of it. */
const blindGuard = { app: 'bank', environment: 'production', open: true, lookAgeMs: 200_000, blindMs: 9_000 };

/** An app whose stable revision is broken, and has been for long. */
const alarmed = {
  ...{ app: 'bank', enabled: true, every: '30m', alarm: 'broken' as const, measuredAgoMs: 7_200_000 },
};

/** A webhook whose receiver is gone. */
const deaf = { webhook: 'ops', waiting: 1, oldestAgeMs: 901_000, failing: 1, dead: 2 };

const audit = { waitingSeconds: () => Promise.resolve(1), isIntact: () => true };

it('alerts stand on metrics that the programs have', async () => {
  const metrics = createApiMetrics({
    readHealth: () => Promise.resolve([sick, first]),
    readOpenReviews: () => Promise.resolve([{ kind: 'break-glass', count: 2, oldestSeconds: 90_000 }]),
    readSampleStock: () => Promise.resolve([leftLying]),
    readStableWatches: () => Promise.resolve([alarmed]),
    readGuards: () => Promise.resolve([blindGuard, { ...blindGuard, open: false, takenBackAgoMs: 5_000 }]),
    readWebhookStock: () => Promise.resolve([deaf]),
    audit,
  });
  metrics.fault('rejection');
  const told = await metrics.expose();
  const gateway = ['metrics', 'provider-metrics', 'gauges']
    .map((name) => readFileSync(join(root, `gateway/telemetry/${name}.ts`), 'utf8'))
    .join('\n');
  const names = new Set(rules.flatMap(({ expr }) => expr.match(/sluice_[a-z_]+/g) ?? []));
  const missing = [...names].filter((name) => !told.includes(`\n${name}`) && !gateway.includes(`'${name}'`));
  expect(missing).toEqual([]);
  expect(told).toContain('sluice_release_condition{app="bank",environment="production",condition="stuck"} 1');
  expect(told).toContain('sluice_release_weight_percent{app="bank",environment="production",of="served"} 25');
  expect(told).toContain('sluice_release_audience_percent{app="shop",environment="production",of="set"} 25');
  expect(told).toContain('sluice_release_lease_left_seconds{app="shop",environment="production"} 70');
  expect(told).not.toContain('sluice_release_audience_percent{app="bank"');
  expect(told).toContain('sluice_guard_condition{app="bank",environment="production",condition="blind"} 1');
  expect(told).toContain('sluice_guard_taken_back_age_seconds{app="bank",environment="production"} 5');
  expect(told).toContain('sluice_stable_watch_alarm{app="bank",kind="broken"} 1');
  expect(told).toContain('sluice_stable_watch_holds{app="bank"} 1');
  expect(told).toContain('sluice_stable_watch_late{app="bank"} 1');
  expect(told).toContain('sluice_reviews_open{kind="break-glass"} 2');
  expect(told).toContain('sluice_fresh_samples_overdue{app="bank",environment="production"} 2');
  expect(told).toContain('sluice_release_lease_left_seconds{app="bank",environment="production"} 5');
});

it('says when requests lie in the database past their hour', () => {
  const rule = rules.find(({ alert }) => alert === 'SluiceFreshSamplesOverdue');
  expect(rule?.expr).toBe('max by (app, environment) (sluice_fresh_samples_overdue) > 0');
});

it('says where health cannot be read, and tells nothing of before', async () => {
  let isAway = false;
  const metrics = createApiMetrics({
    readOpenReviews: () => Promise.reject(new Error('away')),
    readHealth: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve([sick])),
    audit,
  });
  expect(await metrics.expose()).toContain('sluice_release_health_readable 1');
  isAway = true;
  const told = await metrics.expose();
  expect(told).toContain('sluice_release_health_readable 0');
  expect(told).not.toContain('app="bank"');
});

it('docs/operations/alerts.md says of every alert what it means and what to do, and of no other', () => {
  const page = readFileSync(join(root, 'docs/operations/alerts.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| \S.* \| \S.* \|$/gm)].map(([, name]) => name);
  expect(rows.sort()).toEqual(rules.map(({ alert }) => alert).sort());
});
