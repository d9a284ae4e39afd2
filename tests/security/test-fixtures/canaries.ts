import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReleaseDetail } from '../../../api/schemas/releases.ts';
import type { DemoWorld } from '../../../examples/demo/world.ts';
import { digestOf } from '../../../domain/revision/digest.ts';
import type { EnvironmentsFile } from '../../../domain/revision/binding.ts';
import { suiteSchema } from '../../../domain/evaluation/suite.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Needles } from './needles.ts';
import { pleaseFail } from './quoting-provider.ts';

/** Stands in everything that a caller or a model says here, and nowhere else in the world. */
const mark = `canary${randomBytes(8).toString('hex')}`;
/** As vendors' keys look. */
const providerKey = `sk-${randomBytes(24).toString('hex')}`;
const pastedKey = `sk-${randomBytes(24).toString('hex')}`;
export const answered = `${mark}-answer`;
const keyName = 'DISCREET_PROVIDER_KEY';
export const providerVariables = { [keyName]: providerKey };
const app = 'discreet';

/** The bindings of a demo, and a provider that says again what it hears. */
export function withQuoting(baseUrl: string) {
  return ({ environments }: EnvironmentsFile): EnvironmentsFile => ({
    environments: Object.fromEntries(
      Object.entries(environments).map(([name, binding]) => [
        name,
        {
          ...binding,
          providers: {
            ...binding.providers,
            quoting: { kind: 'openai', baseUrl, apiKeyEnv: keyName, models: {} },
          },
        },
      ]),
    ),
  });
}

async function call<Body>(world: DemoWorld, path: string, body?: object): Promise<Body> {
  const { apiUrl } = world.stack.connections;
  const response = await fetch(apiUrl + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${world.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said: unknown = await response.json();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(said)}`);
  return said as Body;
}

const content = (version: number) => ({
  prompts: {
    answer: {
      template: '---\ninput: {schema: {tone?: string}}\n---\n{{role "system"}}\nBe {{tone}}.\n{{history}}',
    },
  },
  chain: [{ provider: 'quoting', model: 'quoting' }],
  parameters: { version },
  caller: ['stream', 'tools', 'metadata', 'user'],
});

const plan = {
  evaluate: { minPassRate: 0.3, margin: 0.9 },
  mirror: { samples: 10, minPairs: 5, margin: 0.9, maxWait: '60s' },
  steps: [
    { weight: 50, hold: '2s', minExposures: 3 },
    { weight: 100, hold: '1s', minExposures: 3 },
  ],
  settle: '1s',
  lease: '6s',
  maxHold: '60s',
  maxBlind: '30s',
};

const tests = Array.from({ length: 20 }, (_, i) => ({
  id: `case-${i}`,
  vars: { message: `hello ${i}` },
  assert: [{ type: 'contains', value: 'fine' }],
}));

/** An app whose callers and provider say canaries, and a release of it that asks and counts them. */
export async function startDiscreetRelease(world: DemoWorld): Promise<{ id: string; gatewayKey: string }> {
  const cases = suiteSchema.parse({ tests });
  const suites = [{ name: 'cases', digest: digestOf(cases), content: cases }];
  await call(world, '/v1/apps', { name: app, publication: { plans: { default: plan }, suites } });
  for (const version of [1, 2])
    await call(world, '/v1/revisions', { app, label: `v${version}`, content: content(version) });
  const reason = `somebody has pasted ${pastedKey} here`;
  await call(world, '/v1/apps', { name: app, stable: 'v1', skipEvaluation: true, reason });
  const { key } = await call<{ key: string }>(world, '/v1/keys', {
    ...{ name: 'discreet', apps: [app], scopes: ['call', 'outcomes', 'prompts'] },
  });
  const { id } = await call<ReleaseDetail>(world, '/v1/releases', { app, revision: 'v2', reason });
  return { id, gatewayKey: key };
}

export const endOfRelease = (world: DemoWorld, id: string): Promise<ReleaseDetail> =>
  waitFor(
    async () => {
      const release = await call<ReleaseDetail>(world, `/v1/releases/${id}`);
      return release.closedAt === undefined ? undefined : release;
    },
    { what: 'the end of the discreet release', timeoutMs: 120_000, intervalMs: 500 },
  );

/** Says canaries wherever a caller can say anything, until it is told to stop; the answers come back to it alone. */
export function sayCanaries(world: DemoWorld, gatewayKey: string) {
  const over = new AbortController();
  const said: string[] = [];
  const [gateway = ''] = world.stack.connections.productionGateways;
  const ask = async (path: string, body: object, headers: Record<string, string> = {}): Promise<string> => {
    const answer = await fetch(gateway + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${gatewayKey}`, ...headers },
      body: JSON.stringify(body),
    });
    return answer.text();
  };
  const tool = {
    type: 'function',
    function: { name: `${mark}_tool`, description: `${mark} tool`, parameters: { type: 'object' } },
  };
  const round = async (k: number): Promise<void> => {
    const subject = `${mark}-subject-${k}`;
    const headers = { 'x-sluice-subject': subject, 'x-sluice-conversation': `${mark}-conversation-${k}` };
    const body = {
      model: app,
      user: `${mark}-user`,
      metadata: { [`${mark}_field`]: `${mark} metadata` },
      messages: [{ role: 'user', content: `${mark} request text ${k}, write to ${mark}@mail.example` }],
      sluice: { variables: { [`${mark}_name`]: `${mark} value`, tone: `${mark} tone` } },
      tools: [tool],
    };
    said.push(await ask('/v1/chat/completions', body, headers));
    await ask(`/v1/chat/completions?${mark}=1`, { ...body, stream: true }, headers);
    const failing = [{ role: 'user', content: `${pleaseFail} with ${mark} and ${mark}-failing` }];
    said.push(await ask('/v1/chat/completions', { ...body, messages: failing }, headers));
    const assigned = JSON.parse(await ask('/v1/assign', { app, subject })) as { assignment: string };
    await ask('/v1/outcomes', {
      batch: `${mark}-${k}`,
      outcomes: [{ assignment: assigned.assignment, outcome: 'ok', latencyMs: 3 }],
    });
    // And what is wrong with a request is said to its caller alone.
    await ask('/v1/chat/completions', { ...body, model: `${mark}-model` });
    await ask(`/v1/${mark}`, body);
    await ask('/v1/messages', { ...body, [`${mark}_unknown`]: mark, max_tokens: mark });
    await ask('/v1/chat/completions', body, { authorization: `Bearer ${mark}-wrong-key` });
  };
  const loop = (async () => {
    for (let k = 0; !over.signal.aborted; k += 1) {
      // While the journey takes its parts away, nobody answers.
      await round(k).catch(() => undefined);
      await delay(500, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  return {
    /** Everything that the caller was answered. */
    async stop(): Promise<readonly string[]> {
      over.abort();
      await loop;
      return said;
    },
  };
}

/** Everything that is to be found nowhere: what callers and models said, and every secret of the stack. */
export function needlesOf(world: DemoWorld, gatewayKey: string): Needles {
  const secrets = JSON.parse(readFileSync(join(world.home, 'secrets.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const named = Object.entries(secrets).flatMap(([name, secret]) =>
    typeof secret === 'string' ? [[name, secret] as const] : [],
  );
  const passwords = Object.entries((secrets['databasePasswords'] ?? {}) as Record<string, string>);
  return {
    'what callers and models say': mark,
    'the key of a provider': providerKey,
    'a fragment of the key of a provider': providerKey.slice(3, 23),
    'a key in a reason': pastedKey,
    'a gateway key': gatewayKey,
    'a token of the API': world.token,
    'the owner’s password': new URL(world.stack.connections.databaseUrl).password,
    ...Object.fromEntries(named),
    ...Object.fromEntries(passwords.map(([name, password]) => [`password of ${name}`, password])),
  };
}

/** The files of a home that are there to keep secrets, for the operator's user alone. */
export function keptIn(needles: Needles): Record<string, readonly string[]> {
  const all = Object.keys(needles).filter((what) => what !== 'what callers and models say');
  return {
    'secrets.json': all,
    'connections.json': all.filter((what) => what.includes('password')),
    'postgres.password': ['the owner’s password'],
  };
}

/** Every page that somebody without the scope `content` can read. */
export function pagesOf(
  { stack, token }: DemoWorld,
  releaseId: string,
): (readonly [string, Record<string, string>])[] {
  const { apiUrl, apiAdmin, gatewayAdmins = [], productionGateways } = stack.connections;
  const authorization = { authorization: `Bearer ${token}` };
  const api = [
    ...['/v1/audit?limit=50', '/v1/audit/entries', `/v1/releases/${releaseId}`, `/v1/apps/${app}`],
    ...[`/v1/releases/${releaseId}/record`, '/v1/releases?limit=50', '/v1/tokens', '/v1/keys'],
  ];
  return [
    ...api.map((path) => [apiUrl + path, authorization] as const),
    ...[...gatewayAdmins, ...(apiAdmin === undefined ? [] : [apiAdmin])].flatMap((url) =>
      ['/metrics', '/readyz', '/openapi.json'].map((path) => [url + path, {}] as const),
    ),
    ...productionGateways.map((url) => [`${url}/v1/models`, {}] as const),
  ];
}
