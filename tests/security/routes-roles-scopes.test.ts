import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createToken } from '../../config-store/tokens/create-token.ts';
import type { PlainSignal } from '../../activities/release/contract.ts';
import { apiRoutes } from '../../api/routes/index.ts';
import type { ProblemBody } from '../../api/schemas/shared.ts';
import { createPayloadCodec } from '../../activities/temporal/payload-codec.ts';
import { useApi } from '../../api/test-fixtures/api-under-test.ts';
import { startCanary } from '../../api/test-fixtures/bank.ts';
import type { Action } from '../../domain/access/actions.ts';
import { mayActAs, roles, type Role } from '../../domain/access/roles.ts';
import { payloadKeysSchema } from '../../program/payload-keys.ts';
import { commandKinds } from '../../domain/release/release.ts';

const payloadKeys = `k1:${Buffer.alloc(32, 6).toString('base64')}`;
const codec = createPayloadCodec(payloadKeysSchema.parse(payloadKeys));
const api = useApi({ openPayloads: (payloads) => codec.decode(payloads) });

/** What a route is about, for a token of some apps: `all` is refused to it, `listed` answers with its own. */
type About = 'all' | 'listed' | 'app' | 'body' | 'release';

/** What each operation needs; a route that is not here fails the test below. */
const needed: Record<string, [Role, Action, About]> = {
  createApp: ['releaser', 'publish', 'body'],
  changeApp: ['admin', 'settings', 'app'],
  publishRevision: ['releaser', 'publish', 'body'],
  listApps: ['viewer', 'read', 'listed'],
  getApp: ['viewer', 'read', 'app'],
  getActive: ['viewer', 'read', 'app'],
  getRevision: ['viewer', 'read', 'app'],
  listRevisions: ['viewer', 'read', 'app'],
  listHistory: ['viewer', 'read', 'app'],
  getServing: ['viewer', 'read', 'app'],
  startRelease: ['releaser', 'release', 'body'],
  checkRelease: ['releaser', 'release', 'body'],
  listReleases: ['viewer', 'read', 'listed'],
  getCaller: ['viewer', 'read', 'listed'],
  diagnose: ['viewer', 'read', 'listed'],
  readBoard: ['viewer', 'read', 'listed'],
  viewApp: ['viewer', 'read', 'app'],
  viewGateways: ['viewer', 'read', 'listed'],
  readEvaluation: ['viewer', 'read', 'release'],
  readEvaluatedCase: ['viewer', 'read', 'release'],
  viewRelease: ['viewer', 'read', 'release'],
  chartRelease: ['viewer', 'read', 'release'],
  compareRevisions: ['viewer', 'read', 'app'],
  followBoard: ['viewer', 'read', 'listed'],
  getRelease: ['viewer', 'read', 'release'],
  pauseRelease: ['releaser', 'decide', 'release'],
  resumeRelease: ['releaser', 'decide', 'release'],
  abortRelease: ['releaser', 'decide', 'release'],
  promoteRelease: ['releaser', 'promote', 'release'],
  approveRelease: ['releaser', 'approve', 'release'],
  listAnswers: ['viewer', 'read', 'release'],
  listFeedback: ['viewer', 'read', 'release'],
  readMirror: ['viewer', 'read', 'release'],
  fitPlan: ['viewer', 'read', 'app'],
  calibrateMirror: ['viewer', 'read', 'app'],
  calibrateJudge: ['admin', 'policy', 'all'],
  listJudges: ['viewer', 'read', 'listed'],
  mayCalibrateJudge: ['admin', 'policy', 'all'],
  listMirroredPairs: ['viewer', 'read', 'release'],
  getChangeRecord: ['viewer', 'read', 'release'],
  explainRelease: ['viewer', 'read', 'release'],
  listQueue: ['viewer', 'read', 'app'],
  getQueued: ['viewer', 'read', 'app'],
  cancelQueued: ['releaser', 'release', 'app'],
  listReviews: ['viewer', 'read', 'listed'],
  signReview: ['operator', 'review', 'listed'],
  rollback: ['operator', 'rollback', 'app'],
  healSplit: ['operator', 'rollback', 'app'],
  startFirstEvaluation: ['releaser', 'publish', 'app'],
  getFirstEvaluation: ['viewer', 'read', 'app'],
  publishDefaultPolicy: ['admin', 'policy', 'all'],
  resetDefaultPolicy: ['admin', 'policy', 'all'],
  getDefaultPolicy: ['viewer', 'read', 'all'],
  listDefaultPolicies: ['viewer', 'read', 'all'],
  publishPolicy: ['admin', 'policy', 'app'],
  resetPolicy: ['admin', 'policy', 'app'],
  getPolicy: ['viewer', 'read', 'app'],
  listPolicies: ['viewer', 'read', 'app'],
  getStableWatch: ['viewer', 'read', 'app'],
  listStableWatchRuns: ['viewer', 'read', 'app'],
  setStableWatch: ['operator', 'settings', 'app'],
  runStableWatch: ['operator', 'settings', 'app'],
  liftStableWatch: ['operator', 'promote', 'app'],
  listAudit: ['viewer', 'read', 'listed'],
  verifyAudit: ['viewer', 'read', 'all'],
  verifyAuditAgainst: ['viewer', 'read', 'all'],
  readAuditHead: ['viewer', 'read', 'all'],
  listAuditEntries: ['viewer', 'read', 'all'],
  createToken: ['admin', 'tokens', 'listed'],
  listTokens: ['admin', 'tokens', 'all'],
  rotateToken: ['admin', 'tokens', 'listed'],
  revokeToken: ['admin', 'tokens', 'listed'],
  createTrust: ['admin', 'tokens', 'listed'],
  listTrusts: ['admin', 'tokens', 'all'],
  removeTrust: ['admin', 'tokens', 'listed'],
  createKey: ['admin', 'keys', 'all'],
  listKeys: ['operator', 'keys', 'all'],
  revokeKey: ['operator', 'keys', 'all'],
  testWebhook: ['operator', 'settings', 'all'],
  watchRelease: ['viewer', 'read', 'release'],
  eraseSubject: ['admin', 'settings', 'listed'],
  decodePayloads: ['viewer', 'read', 'all'],
};

/**
 * What Temporal brings: no message of it carries a role, for none proves who sent it. So none of them may widen anything,
 * and what each does is all that anybody may who reaches Temporal (docs/security.md). A message that is not here fails the
 * test below.
 */
const messages: Record<string, string> = {
  'signal wake': 'the workflow reads what the API has written; carries nothing',
  'signal pause': 'recorded as temporal:<what the client calls itself>; holds the share',
  'signal resume':
    'recorded so; ends a pause, and the next share waits for its looks, approvals and freezes as ever',
  'signal abort': 'recorded so; takes the candidate out',
  'query status': 'ids, digests and figures',
};

/**
 * Types that somebody may start by hand: a release as SLUICE_START_FROM_TEMPORAL says (nobody, by default); a guard looks at
 * what its rows say is to be looked at, and ends as they say; a stable watch asks within its budget, and finds what is heard.
 */
const startable = ['evaluation', 'guard', 'mirrorReplay', 'release', 'stableWatch'];

/** Those that answer with what users or models said: for tokens alone that were given it by name. */
const content = new Set(['listAnswers', 'decodePayloads', 'listMirroredPairs', 'readEvaluatedCase']);

/** Those that need no token. */
const open = new Set(['exchangeToken']);

/** Bodies that name an app which is none of the token's. */
const foreign: Record<string, object> = {
  createApp: { name: 'foreign' },
  publishRevision: { app: 'foreign', label: 'x', content: { chain: [{ provider: 'openai', model: 'm' }] } },
  startRelease: { app: 'foreign', revision: 'x', planName: 'default' },
  checkRelease: { app: 'foreign', revision: 'x', planName: 'default' },
};

// The table alone is looked at here: nothing of what it is made over is touched.
const { routes, eventRoutes, publicRoutes } = apiRoutes({
  environments: [],
  subjectKeys: [],
  webhooks: [],
  db: undefined as never,
  workflows: undefined as never,
  feed: undefined as never,
  board: undefined as never,
  oidc: { issuers: new Map(), keysOf: undefined as never },
});
const operations = [...routes, ...eventRoutes.map((route) => ({ ...route, method: 'get' as const }))];

/** Where the release of the test is, and the app that scoped tokens are of (it is not there, so nothing happens to it). */
const own = 'ours';
let releases: { own: string; foreign: string };
beforeAll(async () => {
  const [mine, other] = [await startCanary(api), await startCanary(api)];
  releases = { own: mine.id, foreign: other.id };
  ownApps = [own, mine.app];
});
let ownApps: string[];

type Scope = { apps?: string[]; actions?: Action[]; content?: boolean };

const tokens = new Map<string, Promise<string>>();
/** A token with these rights; made once. */
const tokenOf = (role: Role, scope: Scope): Promise<string> => {
  const key = JSON.stringify([role, scope]);
  const name = `t-${tokens.size}`;
  const token =
    tokens.get(key) ??
    createToken(api.db, { name, role, ...scope, actor: 'test' }).then((made) => made.token);
  tokens.set(key, token);
  return token;
};

const pathOf = (path: string, { app = 'missing', id = 'missing' } = {}): string =>
  path
    .replace('{app}', app)
    .replace('{id}', id)
    .replaceAll(/\{\w+\}/g, 'missing');

type Operation = (typeof operations)[number];

/** A stream that no end comes of by itself: whether it is opened is all that is looked at. */
async function askForStream(path: string, token: string): Promise<{ status: number; body: ProblemBody }> {
  const leaving = new AbortController();
  const { status, body } = await fetch(api.url + path, {
    headers: { authorization: `Bearer ${token}` },
    signal: leaving.signal,
  }).then(async (response) => ({
    status: response.status,
    body: response.ok ? undefined : ((await response.json()) as ProblemBody),
  }));
  leaving.abort();
  return { status, body: body ?? ({} as ProblemBody) };
}

const ask = (
  route: Operation,
  token: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: ProblemBody }> =>
  route.operationId === 'followBoard'
    ? askForStream(path, token)
    : api[route.method]<ProblemBody>(path, { token, ...(body === undefined ? {} : { body }) });

const allowed = (status: number) => ![401, 403, 500].includes(status);

it('is decided for every operation: what is not in the table fails', () => {
  expect(Object.keys(needed).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
  expect(publicRoutes.map(({ operationId }) => operationId)).toEqual([...open]);
  const withContent = operations.filter((route) => route.content === true);
  expect(withContent.map(({ operationId }) => operationId).sort()).toEqual([...content].sort());
});

describe('of Temporal', () => {
  const folder = join(import.meta.dirname, '../../workflows');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('test-fixtures'),
  );
  const sources = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');

  it('every message is in the table, by the name that it has on the wire', () => {
    const defined = [...sources.matchAll(/define(Signal|Query|Update)(?:<[^(]*>)?\('(\w+)'/g)].map(
      ([, kind = '', name = '']) => `${kind.toLowerCase()} ${name}`,
    );
    expect(defined.sort()).toEqual(Object.keys(messages).sort());
    // Nor is any taken whose name is not one of these: by a handler for all others, or one that is named where it is set.
    expect(sources).not.toMatch(/setDefault(?:Signal|Query|Update)Handler|setHandler\(\s*(?:'|define)/);
  });

  it('every workflow that may be started is known', () => {
    const index = readFileSync(join(folder, 'index.ts'), 'utf8');
    const exported = [...index.matchAll(/export \{ (\w+)(?: as (\w+))?/g)].map(([, name, as]) => as ?? name);
    expect(exported.sort()).toEqual(startable);
  });

  it('what is sent by hand is what a person without a role may: hold and take back', () => {
    const plain: Record<PlainSignal, true> = { pause: true, resume: true, abort: true };
    const kinds = commandKinds.filter((kind) => `signal ${kind}` in messages);
    expect(kinds.sort()).toEqual(Object.keys(plain).sort());
  });
});

describe.each(operations.map((route) => [route.operationId, route] as const))('%s', (operationId, route) => {
  const [role, action, about] = needed[operationId] ?? ['admin', 'tokens', 'all'];
  const needsContent = content.has(operationId);

  it('by roles, and without a token', async () => {
    for (const held of roles) {
      // Whoever may do this is told what is wrong with the request, and no more: the body says nothing.
      const { status, body } = await ask(
        route,
        await tokenOf(held, { content: needsContent }),
        pathOf(route.path),
      );
      if (mayActAs(held, role)) expect([held, allowed(status)]).toEqual([held, true]);
      else expect([held, status, body.code]).toEqual([held, 403, 'forbidden']);
    }
    expect((await api[route.method](pathOf(route.path), { as: undefined })).status).toBe(401);
  });

  it('by actions', async () => {
    const only = await ask(
      route,
      await tokenOf('admin', { actions: [action], content: needsContent }),
      pathOf(route.path),
    );
    expect(allowed(only.status)).toBe(true);
    const others = (['read', 'publish', 'release', 'tokens'] as const).filter((each) => each !== action);
    const without = await ask(
      route,
      await tokenOf('admin', { actions: others, content: needsContent }),
      pathOf(route.path),
    );
    expect([without.status, without.body.code]).toEqual([403, 'forbidden']);
  });

  it('by apps', async () => {
    const token = await tokenOf('admin', { apps: ownApps, content: needsContent });
    const isStream = operationId === 'watchRelease';
    const [mine, other] = [
      pathOf(route.path, { app: own, id: releases.own }),
      pathOf(route.path, { app: 'foreign', id: releases.foreign }),
    ];
    const theirs = await ask(route, token, other, foreign[operationId]);
    if (about === 'listed') expect(allowed(theirs.status)).toBe(true);
    else expect([theirs.status, theirs.body.code]).toEqual([403, 'forbidden']);
    if (about === 'all' || isStream) return;
    expect(allowed((await ask(route, token, mine)).status)).toBe(true);
  });

  it('by the scope content', async () => {
    const { status } = await ask(route, await tokenOf('admin', {}), pathOf(route.path));
    expect(allowed(status)).toBe(!needsContent);
  });
});

it('lists for a token of some apps what is of these alone', async () => {
  const token = await tokenOf('viewer', { apps: ownApps });
  const appsIn = async (path: string) => {
    const { body } = await api.get<{ items: { app?: string; name?: string }[] }>(path, { token });
    return new Set(body.items.map(({ app, name }) => app ?? name));
  };
  const [, mine] = ownApps;
  expect(await appsIn('/v1/apps')).toEqual(new Set([mine]));
  expect(await appsIn('/v1/releases')).toEqual(new Set([mine]));
  expect(await appsIn('/v1/audit')).toEqual(new Set([mine]));
});

it('notes in the audit log who has read content', async () => {
  const token = await tokenOf('viewer', { content: true });
  const path = `/v1/releases/${releases.own}/answers`;
  expect((await api.get(path, { token })).status).toBe(200);
  const reads = await api.db.query<{ actor: string; path: string }>(
    `select actor, details ->> 'path' as path from audit_entry where action = 'content.read' and release_id = $1
     order by id desc limit 1`,
    [releases.own],
  );
  expect(reads.rows).toEqual([{ actor: expect.stringMatching(/^token:t-/) as unknown, path }]);
});

it('opens what Temporal shows sealed, and nothing that another key has sealed', async () => {
  const token = await tokenOf('viewer', { content: true });
  const sealed = async (keys: string) => {
    const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"a":1}') };
    const payloads = await createPayloadCodec(payloadKeysSchema.parse(keys)).encode([payload]);
    return payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
      ),
      data: Buffer.from(data ?? []).toString('base64'),
    }));
  };
  const open = async (keys: string) =>
    api.post<{ payloads: { data: string }[] }>('/v1/payloads/decode', {
      token,
      body: { payloads: await sealed(keys) },
    });
  const { body } = await open(payloadKeys);
  expect(body.payloads.map(({ data }) => Buffer.from(data, 'base64').toString())).toEqual(['{"a":1}']);
  expect((await open(`k1:${Buffer.alloc(32, 9).toString('base64')}`)).status).toBe(400);
});
