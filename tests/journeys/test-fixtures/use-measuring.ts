import { randomBytes } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createEvaluationActivities } from '../../../activities/evaluation/evaluation.ts';
import { createMirrorActivities } from '../../../activities/evaluation/mirror.ts';
import { createRelease } from '../../../config-store/releases/create-release.ts';
import { planSchema } from '../../../domain/release/plan.ts';
import { suiteSchema } from '../../../domain/evaluation/suite.ts';
import {
  bindingOf,
  createApp,
  dataKeys,
  freshKeys,
  internalToken,
  useGateways,
} from '../../../gateway/test-fixtures/use-gateways.ts';
import { redact } from '../../../gateway/redaction/redact.ts';
import { createSealingKeys } from '../../../program/data-keys.ts';
import { createPatience } from '../../../evals/patience/patient-caller.ts';

export const mirrorKeys = createSealingKeys([randomBytes(32)]);
export const good = prompt('"lost", answer lost_card', '"top up", answer top_up');
export const bad = prompt('"lost", answer top_up', '"top up", answer top_up');

function prompt(...rules: string[]): object {
  const lines = rules.map((rule) => `- If the customer writes ${rule}`).join('\n');
  const template = `{{role "system"}}\nAllowed intents: lost_card, top_up\n${lines}\nAnswer only with the intent.\n{{history}}`;
  return { prompts: { answer: { template } } };
}

export function suite(critical = false, more: object[] = [], live?: object) {
  const tests = Array.from({ length: 30 }, (_, i) => ({
    id: `c${i}`,
    critical: critical && i === 0,
    vars: { message: i % 2 === 0 ? `I lost my card ${i}` : `how do I top up ${i}` },
    assert: [{ type: 'icontains', value: i % 2 === 0 ? 'lost_card' : 'top_up' }, ...(i === 0 ? more : [])],
  }));
  return {
    name: 'intents',
    digest: 'd',
    content: suiteSchema.parse({ tests, ...(live && { live }) }) as never,
  };
}

/** Failures are what the tests ask for: they are not told of. */
export const activityContext = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

export const run = <A extends unknown[], R>(activity: (...args: A) => Promise<R>, ...args: A): Promise<R> =>
  activityContext().run(activity, ...args);

/** An app with a gateway in production and one in staging, and the activities that measure a revision of it there. */
export function useMeasuring() {
  const gateways = useGateways();

  async function startRelease(args: {
    app: string;
    revision: string;
    stable: string;
    plan?: object;
    critical?: boolean;
    more?: object[];
    live?: object;
  }) {
    const release = await createRelease(gateways.stage.db, {
      app: args.app,
      environment: 'production',
      revision: args.revision,
      planName: 'default',
      // What thirty cases can show.
      plan: planSchema.parse({ evaluate: { minPassRate: 0.8, margin: 0.2 }, ...args.plan }),
      suites: [suite(args.critical, args.more, args.live)],
      provenance: {},
      actor: 'user:ada',
    });
    expect(release.stable).toBe(args.stable);
    return release.id;
  }

  /** The activities as a worker has them, on a staging gateway. */
  function activitiesOn(url: string, patienceMs = 20_000) {
    const { db, simulator } = gateways.stage;
    const gateway = { baseUrl: url, internalToken, timeoutMs: 10_000 };
    const patience = createPatience({ atOnce: 4, patienceMs });
    const evaluation = createEvaluationActivities({
      db,
      gateway,
      binding: bindingOf(simulator),
      concurrency: 4,
      patience,
      probed: new Map([['staging', gateway]]),
    });
    const mirror = createMirrorActivities({
      db,
      gateway,
      stagingEnvironment: 'staging',
      dataKeys,
      freshKeys,
      binding: bindingOf(simulator),
      kept: { keys: mirrorKeys, redact },
      concurrency: 4,
      patience,
    });
    return { ...evaluation, ...mirror };
  }

  async function staged() {
    const { db } = gateways.stage;
    const [production, staging] = await Promise.all([
      gateways.start(),
      gateways.start({ environment: 'staging' }),
    ]);
    const { app, stable } = await createApp(db, good);
    return { db, app, stable, production, staging, activities: activitiesOn(staging.url) };
  }

  return { gateways, startRelease, activitiesOn, staged };
}

export type Activities = ReturnType<ReturnType<typeof useMeasuring>['activitiesOn']>;
