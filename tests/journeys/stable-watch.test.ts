import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import { heldBack } from '../../activities/release/held-back.ts';
import { createStableWatchActivities } from '../../activities/stable-watch/stable-watch.ts';
import { setPublished } from '../../config-store/revisions/set-published.ts';
import { closeRelease } from '../../config-store/releases/close-release.ts';
import { createRelease } from '../../config-store/releases/create-release.ts';
import { readStableWatch } from '../../config-store/stable-watch/read-stable-watch.ts';
import { readStableWatchRun } from '../../config-store/stable-watch/stable-watch-runs.ts';
import { liftStableWatch, setStableWatch } from '../../config-store/stable-watch/set-stable-watch.ts';
import { listAudit } from '../../config-store/audit/list-audit.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { suiteSchema } from '../../domain/evaluation/suite.ts';
import {
  anthropicTarget,
  bindingOf,
  createApp,
  environment,
  internalToken,
  openaiTarget,
  publish,
  useGateways,
} from '../../gateway/test-fixtures/use-gateways.ts';
import { createPatience } from '../../evals/patience/patient-caller.ts';

const gateways = useGateways();
const actor = 'user:ada';
const template = `{{role "system"}}\nAllowed intents: lost_card, top_up\n- If the customer writes "lost", answer lost_card\n- If the customer writes "top up", answer top_up\nAnswer only with the intent.\n{{history}}`;
const chain = [openaiTarget, anthropicTarget];

const suite = {
  name: 'intents',
  digest: 'd',
  content: suiteSchema.parse({
    tests: ['lost', 'top up'].map((word, i) => ({
      id: `c${i}`,
      critical: true,
      vars: { message: `I ${word} it` },
      assert: [{ type: 'icontains', value: i === 0 ? 'lost_card' : 'top_up' }],
    })),
  }) as never,
};

async function watched({ callsPerDay = 1_000, targets = chain, patienceMs = 30_000 } = {}) {
  const { db, simulator } = gateways.stage;
  const { url: baseUrl } = await gateways.start();
  const { app, stable } = await createApp(db, { prompts: { answer: { template } }, chain: targets });
  await setPublished(db, { app, plans: { default: planSchema.parse({}) }, suites: [suite], actor });
  const set = { app, enabled: true, every: '30m', usdPerDay: undefined, actor, reason: undefined };
  await setStableWatch(db, { ...set, callsPerDay });
  const gateway = { baseUrl, internalToken, timeoutMs: 30_000 };
  const shared = { binding: bindingOf(simulator), patience: createPatience({ atOnce: 4, patienceMs }) };
  const activities = createStableWatchActivities({
    asking: { db, gateway, concurrency: 4, ...shared },
    judges: { gateway, ...shared },
  });
  /** What its workflow does. */
  const run = async (askedBy?: string) => {
    const runId = `watch_${randomUUID()}`;
    const by = askedBy === undefined ? {} : { askedBy };
    const opened = await activities.openStableWatch({ app, runId, ...by });
    if (opened.kind === 'skipped') return { outcome: 'skipped', says: opened.says };
    const context = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const asked: { cutShort?: string } = await context.run(activities.askStable, { runId });
    await activities.closeStableWatch({ runId, ...asked });
    const row = await readStableWatchRun(db, runId);
    return { ...row };
  };
  const alarm = async () => (await readStableWatch(db, app))?.alarm;
  return { db, app, stable, run, alarm };
}

/** A release that would like to have its first share. */
async function held({ db, app }: { db: typeof gateways.stage.db; app: string }) {
  const revision = await publish(db, app, `v-${randomUUID().slice(0, 6)}`);
  const plan = planSchema.parse({ evaluate: 'skip', mirror: 'skip' });
  const row = { app, environment, revision, planName: 'default', plan, suites: [], provenance: {}, actor };
  const release = await createRelease(db, row);
  return {
    wants: () => heldBack(db, release, { stage: 'canary-5', operationId: `${release.id}/5`, weight: 5 }),
    end: () => closeRelease(db, { releaseId: release.id, outcome: 'failed', reason: 'a test', actor }),
  };
}

it('alarms where a target fails its critical cases, holds every raise, and a good run ends it', async () => {
  const watch = await watched();
  expect(await watch.run()).toMatchObject({
    ...{ outcome: 'good', calls: 4 },
    targets: [
      { name: 'openai/atlas-large', models: ['atlas-large'], fingerprints: ['fp_simulator'] },
      { name: 'anthropic/sonata-large', models: ['sonata-large'] },
    ],
  });
  await gateways.fault({ kind: 'refused', model: 'sonata-large' });
  expect(await watch.run()).toMatchObject({
    outcome: 'broken',
    says: 'anthropic/sonata-large: critical cases fail: intents/c0, intents/c1',
    targets: [{ outcome: 'good' }, { outcome: 'broken' }],
  });
  expect(await watch.alarm()).toBe('broken');
  const release = await held(watch);
  const waiting = await release.wants();
  expect(waiting).toMatchObject({ kind: 'waiting', on: 'freeze' });
  expect(waiting?.says).toContain('stable is broken: anthropic/sonata-large');
  // While it alarms it asks on, release or not: else nothing could end it.
  await gateways.fault();
  expect(await watch.run()).toMatchObject({ outcome: 'good' });
  expect([await watch.alarm(), await release.wants()]).toEqual([undefined, undefined]);
  // And without one the release watches stable itself.
  expect(await watch.run()).toMatchObject({ outcome: 'skipped' });
  await release.end();
  const { items } = await listAudit(watch.db, { app: watch.app });
  const actions = items.map(({ action }) => action).filter((action) => action.startsWith('stable-watch'));
  expect(actions).toEqual(['stable-watch.recovered', 'stable-watch.alarmed', 'stable-watch.set']);
});

it('tells of a model that its provider has exchanged, though every case passes; a person may go on', async () => {
  const watch = await watched();
  await watch.run();
  await gateways.fault({ kind: 'model_changed', model: 'atlas-large' });
  expect(await watch.run()).toMatchObject({
    outcome: 'changed',
    says: 'openai/atlas-large: answers by atlas-large-next, and has named atlas-large until now',
  });
  const release = await held(watch);
  expect(await release.wants()).toMatchObject({ on: 'freeze' });
  const lift = { app: watch.app, actor, reason: 'we have read its notes' };
  expect([await liftStableWatch(watch.db, lift), await liftStableWatch(watch.db, lift)]).toEqual([
    true,
    false,
  ]);
  expect(await release.wants()).toBeUndefined();
  expect(await watch.run()).toMatchObject({ outcome: 'good' });
  expect(await watch.alarm()).toBeUndefined();
  await release.end();
});

it('neither alarms nor ends an alarm for a provider that is away, or a budget that is used up (invariant 26)', async () => {
  const watch = await watched({ callsPerDay: 5 });
  expect(await watch.run()).toMatchObject({ outcome: 'good' });
  expect(await watch.run()).toMatchObject({
    ...{ outcome: 'unclear', calls: 0 },
    says: 'the day’s budget is used up: 4 of 5 calls in 24 hours, 4 more to ask',
  });
  const other = await watched({ patienceMs: 1_500 });
  await gateways.fault({ kind: 'server_error', status: 503, model: 'atlas-large' });
  expect(await other.run()).toMatchObject({
    outcome: 'unclear',
    says: 'openai/atlas-large: 2 of 2 questions got no answer (unreachable)',
    targets: [{}, { outcome: 'good' }],
  });
  expect(await other.alarm()).toBeUndefined();
});

it('says so where a target’s model is retired, and alarms nobody about a revision that is stable no more', async () => {
  const retired = { provider: 'openai', model: 'no-such-model' };
  const watch = await watched({ targets: [anthropicTarget, retired] });
  expect(await watch.run('user:ada')).toMatchObject({
    outcome: 'broken',
    says: 'openai/no-such-model: it answers nothing: 404 model_not_found',
  });
  expect(await watch.alarm()).toBe('broken');
  const replaced = await publish(watch.db, watch.app, 'way-out');
  await watch.db.query(`update split set stable = $2, version = version + 1 where app = $1`, [
    watch.app,
    replaced,
  ]);
  expect(await watch.alarm()).toBeUndefined();
});
