import { join } from 'node:path';
import { confirmRollback } from '../../config-store/splits/confirm-rollback.ts';
import { listClients } from '../../config-store/gateways/list-clients.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import {
  ask,
  asJson,
  createApp,
  environment,
  keyFor,
  quickCounting,
  release,
  useGateways,
} from '../../gateway/test-fixtures/use-gateways.ts';
import type { Decision } from '../../clients/typescript/src/index.ts';
import { waitFor } from '../support/wait-for.ts';
import { clientLanguages, useDrivenClients, type DrivenClient } from './test-fixtures/driven-client.ts';

const gateways = useGateways();
const drive = useDrivenClients();

interface Counted {
  readonly arm: string;
  readonly admitted: number;
  /** Of them those that callers have told of. */
  readonly reported: number;
}

/** What gateways have counted of an app's requests, by arm. */
async function counted(app: string): Promise<readonly Counted[]> {
  const { rows } = await gateways.stage.db.query<Counted>(
    `select arm, sum((counts->>'admitted')::int)::int as admitted,
       sum((counts->'callersWord'->>'reported')::int)::int as reported
     from arm_counter where app = $1 group by arm`,
    [app],
  );
  return rows;
}

/** The same where all of it was told. */
async function admitted(app: string): Promise<Record<string, number>> {
  const rows = await counted(app);
  for (const row of rows) expect(row.reported).toBe(row.admitted);
  return Object.fromEntries(rows.map(({ arm, admitted: count }) => [arm, count]));
}

const candidateIn = (client: DrivenClient): Promise<Decision> =>
  waitFor(
    async () => {
      const decision = await client.decide('ada');
      return decision.arm === 'candidate' ? decision : undefined;
    },
    { what: 'the candidate' },
  );

const leased = (client: DrivenClient) =>
  waitFor(async () => (await client.state()).leaseLeftMs > 0, { what: 'a lease' });

const allTaken = (client: DrivenClient) =>
  waitFor(async () => (await client.state()).reportsWaiting === 0, { what: 'reports to be taken' });

const decideMany = (client: DrivenClient, count: number): Promise<Decision[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => client.decide(`subject-${index}`)));

const ok = { outcome: 'ok', latencyMs: 20, usage: { inputTokens: 5, outputTokens: 2 } } as const;

describe.each(clientLanguages())('a client for $language that decides itself', (language) => {
  async function start(app: string, urls: readonly string[], scopes?: Parameters<typeof keyFor>[2]) {
    const { db, folder } = gateways.stage;
    const { key } = await keyFor(db, app, scopes);
    const client = drive(language);
    const stateDirectory = join(folder, 'clients', app);
    await client.start({
      ...{ app, key, gateways: urls, stateDirectory },
      name: 'worker-1',
      startTimeoutMs: 60_000,
    });
    return { client, key };
  }

  it('tells of each decision once, to whichever gateways, and not one request is proxied (18, 21)', async () => {
    const { app } = await createApp(gateways.stage.db);
    await release(gateways.stage.db, app, { weight: 50 });
    const [one, other] = [await gateways.start(), await gateways.start()];
    const { client, key } = await start(app, [one.url, other.url]);
    await leased(client);
    const decisions = await decideMany(client, 40);
    expect(new Set(decisions.map(({ arm }) => arm))).toEqual(new Set(['stable', 'candidate']));
    for (const decision of decisions) await client.report(decision, ok);
    await allTaken(client);
    // Once more by hand, to each: as a client would whose answer was lost.
    const outcomes = decisions.map(({ proof }) => ({ decision: proof, ...ok }));
    for (const { url } of [one, other]) {
      const again = await fetch(`${url}/v1/outcomes`, {
        ...{ method: 'POST', headers: { ...asJson.headers, authorization: `Bearer ${key}` } },
        body: JSON.stringify({ batch: 'again', outcomes }),
      });
      expect(await again.json()).toEqual({ accepted: 0, repeated: true });
    }
    const byArm = (arm: string) => decisions.filter((decision) => decision.arm === arm).length;
    await waitFor(
      async () => {
        const { stable = 0, candidate = 0 } = await admitted(app);
        return stable === byArm('stable') && candidate === byArm('candidate');
      },
      { what: 'all to be counted' },
    );
    expect((await client.state()).reportsDropped).toBe(0);
  });

  it('is on stable, and counted in no arm, while an audience alone has the candidate', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const audience = { weight: 50, labels: { tenant: ['acme'] }, subjects: [] };
    await release(db, app, { weight: 0, counting: { ...quickCounting, audience } });
    const { url } = await gateways.start();
    const { client } = await start(app, [url]);
    await leased(client);
    const decisions = await decideMany(client, 20);
    expect(new Set(decisions.map(({ arm }) => arm))).toEqual(new Set(['stable']));
    for (const decision of decisions) await client.report(decision, ok);
    await allTaken(client);
    // A proxied request of a member tells when all before it is written.
    const member = { ...(await keyFor(db, app)).headers, 'x-sluice-label-tenant': 'acme' };
    await ask(url, app, { headers: member });
    const all = async () => (await counted(app)).reduce((sum, row) => sum + row.admitted, 0);
    await waitFor(async () => (await all()) > 0, { what: 'the member to be counted' });
    expect(await all()).toBe(1);
  });

  it('is not believed an arm that the bucket does not give, nor a split that no gateway told (16)', async () => {
    const { app } = await createApp(gateways.stage.db);
    await release(gateways.stage.db, app, { weight: 100 });
    const { url } = await gateways.start();
    const { client, key } = await start(app, [url]);
    const { proof } = await candidateIn(client);
    const report = async (decision: object): Promise<string> => {
      const response = await fetch(`${url}/v1/outcomes`, {
        ...{ method: 'POST', headers: { ...asJson.headers, authorization: `Bearer ${key}` } },
        body: JSON.stringify({ batch: 'b', outcomes: [{ decision, ...ok }] }),
      });
      expect(response.status).toBe(400);
      return response.text();
    };
    expect(await report({ ...proof, arm: 'stable' })).toContain('is on the arm candidate, not stable');
    expect(await report({ ...proof, split: `x${proof.split}` })).toContain('is not one of ours');
  });

  it('is waited for by a rollback until it has acked, and goodbye ends that', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    await release(db, app, { weight: 100 });
    const { url } = await gateways.start();
    const proxy = await gateways.proxyTo(url);
    const { client } = await start(app, [proxy.url]);
    await candidateIn(client);
    await waitFor(async () => (await listClients(db, { app, environment })).length === 1, {
      what: 'its ack',
    });
    await proxy.cut();
    const by = { app, environment, operationId: 'r', actor: 'user:ada', reason: 'bad' };
    const { version } = await rollback(db, by);
    const confirm = () => confirmRollback(db, { app, environment, version });
    await waitFor(async () => (await confirm()).silent.includes('client worker-1'), {
      what: 'the client to be silent',
      timeoutMs: 30_000,
    });
    expect((await confirm()).confirmed).toBe(false);
    // It answers whatever is away.
    expect((await client.decide('ada')).splitVersion).toBe(version - 1);
    await proxy.mend();
    await waitFor(async () => (await confirm()).confirmed, { what: 'the ack of the rollback' });
    expect(await client.decide('ada')).toMatchObject({ arm: 'stable', revision: { digest: stable } });
    await client.close();
    await waitFor(async () => (await listClients(db, { app, environment })).length === 0, {
      what: 'goodbye',
    });
  });

  it('goes on with another gateway when the one that it hears ends, and keeps what it has to tell', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const { raise, version } = await release(db, app, { weight: 50 });
    const all = [await gateways.start(), await gateways.start()];
    const { client } = await start(
      app,
      all.map(({ url }) => url),
    );
    for (const gateway of all) await gateways.stop(gateway);
    await client.report(await client.decide('ada'), ok);
    expect((await client.state()).reportsWaiting).toBe(1);
    const back = await gateways.start({ port: Number(new URL(all[1]?.url ?? '').port) });
    const raised = await raise(100, version);
    await waitFor(async () => (await client.state()).splitVersion === raised, {
      what: 'the newer split',
      timeoutMs: 30_000,
    });
    await allTaken(client);
    expect(back.url).toBe(all[1]?.url);
  });

  it('tells what became of an answer', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    await release(db, app, { weight: 100 });
    const { url } = await gateways.start();
    const { client } = await start(app, [url]);
    const decision = await candidateIn(client);
    await client.report(decision, ok);
    await client.feedback(decision, { name: 'thumb', value: 'down' });
    await client.feedback(decision, { name: 'thumb', value: 'up' });
    await waitFor(
      async () => {
        const { rows } = await db.query<{ arm: string; value: string }>(
          'select arm, value from feedback where app = $1',
          [app],
        );
        return rows.length === 1 && rows[0]?.value === 'down' && rows[0].arm === 'candidate';
      },
      { what: 'the feedback' },
    );
  });

  it('gets no prompts without the scope, and no split without outcomes', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    const { url } = await gateways.start();
    const { client } = await start(app, [url], { scopes: ['outcomes'] });
    expect((await client.decide('ada')).revision).toEqual({ digest: stable, label: 'stable-1' });
    const { headers } = await keyFor(db, app, { scopes: ['call'] });
    await waitFor(async () => (await fetch(`${url}/v1/split?app=${app}`, { headers })).status === 403, {
      what: 'to be refused',
    });
  });
});
