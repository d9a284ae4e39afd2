import { Registry } from 'prom-client';
import { createSampleMetrics } from './sample-metrics.ts';

const stock = {
  ...{ app: 'bank', environment: 'production', fresh: 3, freshBytes: 900, whole: 5, altered: 4, unknown: 1 },
  ...{ keptBytes: 2_000, lastHour: 6, overdue: 2, keepsFresh: true },
};

it('shows how much is kept in both stores, what can be asked again, and what nobody has deleted', async () => {
  const registry = new Registry();
  let asked = 0;
  const metrics = createSampleMetrics(registry, () => {
    asked += 1;
    return Promise.resolve([stock]);
  });
  await metrics.refresh();
  await metrics.refresh();
  const told = await registry.metrics();
  const of = 'app="bank",environment="production"';
  expect(told).toContain(`sluice_samples{${of},store="kept"} 10`);
  expect(told).toContain(`sluice_samples{${of},store="fresh"} 3`);
  expect(told).toContain(`sluice_sample_bytes{${of},store="fresh"} 900`);
  expect(told).toContain(`sluice_samples_askable{${of}} 8`);
  expect(told).toContain(`sluice_fresh_samples_overdue{${of}} 2`);
  expect(asked).toBe(1);
});

it('shows nothing where that cannot be read, and fails no scrape', async () => {
  const registry = new Registry();
  await createSampleMetrics(registry, () => Promise.reject(new Error('away'))).refresh();
  expect(await registry.metrics()).not.toContain('bank');
});
