import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { ReleaseDetail } from '../../../api/schemas/releases.ts';
import type { DemoWorld } from '../../../examples/demo/world.ts';
import { waitFor } from '../../support/wait-for.ts';
import { plans } from './plans.ts';

const app = 'bank-support';

export interface Answer<Body> {
  status: number;
  body: Body;
}

export interface Change {
  version: number;
  kind: string;
  weight: number;
  candidate: string | null;
}

/** What the tests do with releases: through the API, and by looking into the database. */
export interface Releases {
  createApp(): Promise<void>;
  call<Body>(method: 'GET' | 'POST', path: string, body?: unknown, key?: string): Promise<Answer<Body>>;
  /** Publishes a revision that differs from the stable one in how much it retrieves, and in what is given. */
  publish(label: string, change?: object): Promise<void>;
  post(label: string, plan: keyof typeof plans, key: string): Promise<Answer<ReleaseDetail & Problem>>;
  /** Publishes a revision, starts its release and returns that one's id. */
  start(label: string, plan: keyof typeof plans, change?: object): Promise<string>;
  read(id: string): Promise<ReleaseDetail>;
  /** Waits until the release is in that state or has ended in another one, and returns it. */
  untilEnded(id: string, timeoutMs?: number): Promise<ReleaseDetail>;
  /** Waits until production serves the release's candidate at that weight, and every gateway says so. */
  untilServedAt(id: string, weight: number): Promise<void>;
  /** Every change of production's split since the release's first, oldest first. */
  changesOf(id: string): Promise<Change[]>;
  split(): Promise<{ version: number; weight: number; candidate: string | null }>;
  /** How many looks were taken, and the gaps that they recorded. */
  looksOf(id: string): Promise<{ count: number; gaps: string[] }>;
  endOpen(): Promise<void>;
}

/** What the API says where it refuses. */
export interface Problem {
  code?: string;
  detail?: string;
  details?: { releaseId?: string };
}

export function openReleases(world: DemoWorld, db: Pool): Releases {
  const rows = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    (await db.query<Row>(sql, values)).rows;
  let retrieved = 3;

  const call = async <Body>(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    key: string = randomUUID(),
  ): Promise<Answer<Body>> => {
    const response = await fetch(`${world.stack.connections.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${world.token}`,
        ...(method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': key } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    return { status: response.status, body: (await response.json()) as Body };
  };
  const must = async <Body>(...args: Parameters<typeof call>): Promise<Body> => {
    const { status, body } = await call<Body>(...args);
    if (status < 300) return body;
    throw new Error(`${args[1]} answered ${status}: ${JSON.stringify(body)}`);
  };
  const publish: Releases['publish'] = async (label, change = {}) => {
    const [stable] = await rows<{ content: { retrieval: object } }>(
      'select content from revision where app = $1 and label = $2',
      [app, 'intent-v1'],
    );
    if (stable === undefined) throw new Error('There is no stable revision to change.');
    retrieved += 1;
    const retrieval = { ...stable.content.retrieval, topK: retrieved };
    const content = { ...stable.content, retrieval, ...change };
    await must('POST', '/v1/revisions', { app, label, content });
  };
  const post: Releases['post'] = (label, plan, key) =>
    call('POST', '/v1/releases', { app, revision: label, planName: plan }, key);
  const split: Releases['split'] = async () => {
    const [row] = await rows<{ version: number; weight: number; candidate: string | null }>(
      `select version::int, weight::float, candidate from split where app = $1 and environment = 'production'`,
      [app],
    );
    if (row === undefined) throw new Error('There is no split.');
    return row;
  };
  const read: Releases['read'] = (id) => must('GET', `/v1/releases/${id}`);

  return {
    call,
    publish,
    post,
    split,
    read,
    async createApp() {
      const fields = Object.entries(plans).map(([name, plan]) => [['plans', name], plan] as const);
      // The example's retriever keeps its documents in the database that these tests take away.
      const onError = [['revision', 'retrieval', 'onError'], 'continue'] as const;
      world.app.apply({ label: 'intent-v1', message: 'Release in seconds', fields: [...fields, onError] });
      // What a first revision has to pass is for other tests.
      const create = ['app', 'create', '--stable', '--skip-evaluation', '--reason', 'a test of faults'];
      const created = await world.commands.sluice(create);
      if (created.code !== 0) throw new Error(created.stderr);
    },
    async start(label, plan, change) {
      await publish(label, change);
      const { status, body } = await post(label, plan, randomUUID());
      if (status !== 201) throw new Error(`The release was not started: ${JSON.stringify(body)}`);
      return body.id;
    },
    untilEnded: (id, timeoutMs = 90_000) =>
      waitFor(
        async () => {
          const release = await read(id);
          return release.closedAt === undefined ? undefined : release;
        },
        { what: `the end of release ${id}`, timeoutMs, intervalMs: 200 },
      ),
    async untilServedAt(id, weight) {
      const served = await waitFor(
        async () => {
          const [gateways] = await rows<{ served: boolean }>(
            `select bool_and(coalesce((g.acks->>$1)::int, 0) >= s.version) as served
             from gateway_instance g, split s
             where s.app = $1 and s.environment = 'production' and s.release_id = $2 and s.weight = $3
               and g.environment = 'production' and g.ended_at is null
               and g.heartbeat_at > now() - interval '5 seconds'`,
            [app, id, weight],
          );
          const release = await read(id);
          return release.closedAt !== undefined || gateways?.served === true ? release : undefined;
        },
        { what: `release ${id} at ${weight} %`, timeoutMs: 90_000, intervalMs: 100 },
      );
      if (served.closedAt !== undefined)
        throw new Error(`${id} ended: ${served.state}, ${served.reason ?? ''}`);
    },
    changesOf: (id) =>
      rows(
        `select version::int, kind, weight::float, candidate from split_history
         where app = $1 and environment = 'production'
           and version >= (select min(version) from split_history where app = $1 and release_id = $2)
         order by version`,
        [app, id],
      ),
    async looksOf(id) {
      const looks = await rows<{ gaps: string[] }>(
        `select coalesce(judgement->'gaps', '[]') as gaps from evidence where release_id = $1`,
        [id],
      );
      return { count: looks.length, gaps: [...new Set(looks.flatMap(({ gaps }) => gaps))] };
    },
    async endOpen() {
      const { items } = await must<{ items: { id: string }[] }>('GET', `/v1/releases?app=${app}&state=open`);
      for (const { id } of items) {
        await call('POST', `/v1/releases/${id}/abort`, { reason: 'the test is over' });
        await waitFor(async () => (await read(id)).closedAt, {
          what: `the end of ${id}`,
          timeoutMs: 50_000,
          intervalMs: 200,
        });
      }
    },
  };
}
