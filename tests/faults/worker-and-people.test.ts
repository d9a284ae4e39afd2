import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { findTemporalCli } from '../../scripts/set-up/temporal-cli.mjs';
import type { RollbackResult } from '../../api/schemas/rollback.ts';
import { waitFor } from '../support/wait-for.ts';
import { useFaultWorld } from './test-fixtures/use-fault-world.ts';

const workflowId = 'release/bank-support';
/** Shards at once by calls in flight of each: what a crash may interrupt, and what is asked again. */
const callsInFlight = 16;

const current = useFaultWorld(12, { SLUICE_START_FROM_TEMPORAL: 'releaser' });

async function statusOf(id: string): Promise<string> {
  const { status } = await current().temporal((client) => client.workflow.getHandle(id).describe());
  return status.name;
}

/** The `temporal` command, as a person uses it. */
async function temporal(...args: string[]): Promise<void> {
  const cli = findTemporalCli(process.env);
  if (cli === undefined) throw new Error('There is no Temporal CLI.');
  const { temporalAddress } = current().world.stack.connections;
  await promisify(execFile)(cli, [...args, '--address', temporalAddress, '--identity', 'ada@bank']);
}

function startByHand(id: string, revision: string): Promise<void> {
  const input = JSON.stringify({ app: 'bank-support', revision });
  return temporal(
    ...['workflow', 'start', '--type', 'release', '--workflow-id', id],
    ...['--task-queue', 'sluice-releases', '--input', input],
  );
}

async function calls(): Promise<number> {
  const { openai = 0, anthropic = 0 } = (await current().world.provider?.calls()) ?? {};
  return openai + anthropic;
}

/**
 * What else is asked: before a case is, every target of the candidate in staging and in production; and by gateways, which
 * rehearse the way back since then.
 */
async function askedBesides(candidate: string, since: Date): Promise<number> {
  const { rows } = await current().db.query<{ count: number }>(
    `select (sum(jsonb_array_length(content->'chain')) filter (where label = $1) * 2
       + coalesce(sum(jsonb_array_length(content->'chain') * rehearsed), 0))::int as count
     from revision, lateral (select count(*) as rehearsed from rehearsal_answer
       where (app, revision) = (revision.app, digest) and at >= $2) as answers`,
    [candidate, since],
  );
  return rows[0]?.count ?? 0;
}

async function evaluated(id: string): Promise<number> {
  const { rows } = await current().db.query<{ count: number }>(
    'select count(*)::int from eval_result where run_id = $1',
    [`${id}-evaluation`],
  );
  return rows[0]?.count ?? 0;
}

describe('a worker that is killed', () => {
  it('costs no release: nothing is asked or raised twice (invariants 9, 18, 21)', async () => {
    const { world, releases } = current();
    world.traffic.setRate(0);
    await waitFor(() => world.traffic.stats().inFlight === 0, { what: 'the traffic to cease' });
    const [before, since] = [await calls(), new Date()];
    const id = await releases.start('crashed-worker', 'evaluated');
    await waitFor(async () => (await evaluated(id)) > 20, {
      what: 'some evaluated cases',
    });
    const { worker, evaluation } = world.stack;
    await Promise.all([worker.kill(), evaluation.kill()]);
    expect((await releases.read(id)).stage).toBe('evaluate');
    await Promise.all([worker.start(), evaluation.start()]);
    await waitFor(async () => (await releases.read(id)).stages.find(({ stage }) => stage === 'evaluate'), {
      what: 'the end of the evaluation',
      timeoutMs: 90_000,
      intervalMs: 200,
    });
    const asked = (await calls()) - before;
    // Whatever is found: the other tests go on with their traffic.
    world.traffic.setRate(12);
    const answers = await evaluated(id);
    expect(asked).toBeGreaterThanOrEqual(answers);
    expect(asked).toBeLessThanOrEqual(
      answers + callsInFlight + (await askedBesides('crashed-worker', since)),
    );

    await releases.untilServedAt(id, 95);
    await world.stack.worker.kill();
    await world.stack.worker.start();
    expect(await releases.untilEnded(id)).toMatchObject({ state: 'promoted' });
    const changes = await releases.changesOf(id);
    expect(changes.map(({ kind, weight }) => [kind, weight])).toEqual([
      ['raise', 25],
      ['raise', 95],
      ['raise', 100],
      ['promote', 0],
    ]);
  }, 240_000);
});

describe('a release at 25 %', () => {
  it('is rolled back in one step, once, and its workflow closes (invariants 7 and 8)', async () => {
    const { releases } = current();
    const id = await releases.start('rolled-back', 'default');
    await releases.untilServedAt(id, 25);
    const press = () =>
      releases.call<RollbackResult>('POST', '/v1/apps/bank-support/rollback', { reason: 'complaints' });
    const first = await press();
    expect(first).toMatchObject({ status: 200, body: { result: 'done', takenOut: 'rolled-back' } });
    expect(await press()).toMatchObject({
      status: 200,
      body: { result: 'already', version: first.body.version },
    });
    const ended = { state: 'aborted', weight: 0, decidedBy: expect.stringMatching(/^token:/) as string };
    expect(await releases.untilEnded(id)).toMatchObject(ended);
    await waitFor(async () => (await statusOf(workflowId)) === 'CANCELLED', {
      what: 'the end of the workflow',
      intervalMs: 200,
    });
    expect(await press()).toMatchObject({ body: { result: 'already' } });
    expect((await releases.changesOf(id)).map(({ kind }) => kind)).toEqual(['raise', 'rollback']);
  });

  it('is unharmed by a second one, and by its own request sent again (invariants 3 and 18)', async () => {
    const { world, releases } = current();
    const key = randomUUID();
    await releases.publish('asked-twice');
    const [one, other] = await Promise.all([
      releases.post('asked-twice', 'default', key),
      releases.post('asked-twice', 'default', key),
    ]);
    const again = await releases.post('asked-twice', 'default', key);
    expect(again.status).toBe(201);
    for (const { status, body } of [one, other]) {
      if (status === 201) expect(body.id).toBe(again.body.id);
      else expect([status, body.code]).toEqual([409, 'conflict']);
    }
    await releases.untilServedAt(again.body.id, 25);
    world.app.apply({
      label: 'second',
      message: 'A second one',
      fields: [[['revision', 'retrieval', 'topK'], 9]],
    });
    const second = await world.commands.sluice(['release', 'start', '--plan', 'quick']);
    expect([second.code, second.stderr]).toEqual([17, expect.stringContaining(again.body.id)]);
    expect(await releases.read(again.body.id)).toMatchObject({ state: 'progressing', weight: 25 });
    expect(await statusOf(workflowId)).toBe('RUNNING');
  });
});

describe('a workflow that is started by hand', () => {
  it('is a release, and to cancel it is to abort it', async () => {
    const { releases, db } = current();
    await releases.publish('by-hand');
    await startByHand(workflowId, 'by-hand');
    const id = await waitFor(
      async () => {
        const { rows } = await db.query<{ id: string }>('select id from release where closed_at is null');
        return rows[0]?.id;
      },
      { what: 'the release of the workflow' },
    );
    await releases.untilServedAt(id, 25);
    expect(await releases.read(id)).toMatchObject({ label: 'by-hand', actor: 'temporal:ada@bank' });
    await temporal('workflow', 'cancel', '--workflow-id', workflowId);
    expect(await releases.untilEnded(id)).toMatchObject({ state: 'aborted' });
    expect(await releases.split()).toMatchObject({ candidate: null, weight: 0 });
  });

  it('with another workflow id ends with an error and changes nothing', async () => {
    const { releases } = current();
    const before = await releases.split();
    await startByHand('release/somebody-else', 'by-hand');
    await waitFor(async () => (await statusOf('release/somebody-else')) === 'FAILED', {
      what: 'the error',
      intervalMs: 200,
      timeoutMs: 20_000,
    });
    expect(await releases.split()).toEqual(before);
  }, 60_000);
});

describe('Temporal that is killed in a step', () => {
  it('keeps no candidate alive that fails: its batch of looks takes it out (invariants 5 and 23)', async () => {
    const { world, releases } = current();
    const chain = [{ provider: 'anthropic', model: 'sonata-large' }];
    const id = await releases.start('fails-alone', 'default', { chain });
    await releases.untilServedAt(id, 25);
    await waitFor(async () => (await releases.looksOf(id)).count > 0, { what: 'a look', intervalMs: 200 });
    await world.stack.temporal?.kill();
    await world.provider?.down('anthropic');
    await waitFor(async () => (await releases.split()).candidate === null, {
      what: 'the candidate to be taken out without Temporal',
      timeoutMs: 60_000,
    });
    expect(await releases.read(id)).toMatchObject({ state: 'rolling_back', decidedBy: 'system:release' });
    await world.provider?.up('anthropic');
    await world.stack.temporal?.start();
    expect(await releases.untilEnded(id)).toMatchObject({
      ...{ state: 'rolled_back', weight: 0, decidedBy: 'system:release' },
      reason: expect.stringContaining('worse than stable') as string,
    });
    expect((await releases.changesOf(id)).map(({ kind }) => kind)).toEqual(['raise', 'rollback']);
  }, 180_000);
});

describe('Temporal that is killed while a release is started', () => {
  it('leaves a release that runs, or one that the same request starts (invariants 3 and 18)', async () => {
    const { world, releases, db } = current();
    const key = randomUUID();
    await releases.publish('no-temporal');
    const [first] = await Promise.all([
      releases.post('no-temporal', 'default', key),
      world.stack.temporal?.kill(),
    ]);
    expect([201, 503]).toContain(first.status);
    await world.stack.temporal?.start();
    const settled = await waitFor(
      async () => {
        const answer = await releases.post('no-temporal', 'default', key);
        return answer.status === 201 ? answer : undefined;
      },
      { what: 'the start after the restart', timeoutMs: 40_000, intervalMs: 200 },
    );
    const { rows } = await db.query(`select r.id from release r join revision v using (app)
      where v.digest = r.revision and v.label = 'no-temporal'`);
    expect(rows).toEqual([{ id: settled.body.id }]);
    if (first.status === 201) expect(first.body.id).toBe(settled.body.id);
    await releases.untilServedAt(settled.body.id, 25);
  });
});
