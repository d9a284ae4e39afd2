import type { OpenedSample } from '../../activities/evaluation/open-samples.ts';
import { samplesToAsk } from '../../activities/evaluation/samples-to-ask.ts';
import { createStable } from '../../config-store/apps/create-stable.ts';
import { publishApp } from '../../config-store/apps/publish-app.ts';
import type { KeyScope } from '../../domain/access/gateway-key.ts';
import { bindingSchema } from '../../domain/revision/binding.ts';
import type { JsonObject } from '../../domain/json.ts';
import { callerFields } from '../../domain/revision/revision.ts';
import { createPatientGateway } from '../../evals/targets/patient-gateway.ts';
import { createPatience } from '../../evals/patience/patient-caller.ts';
import { replay } from '../../evals/mirror/replay.ts';
import {
  json,
  type Script,
  type ScriptedUpstream,
  sse,
  startScriptedUpstream,
  type UpstreamRequest,
} from '../../gateway/failover/test-fixtures/scripted-upstream.ts';
import {
  anthropicTarget,
  dataKeys,
  environment,
  freshKeys,
  internalToken,
  keyFor,
  openaiTarget,
  publish,
  useGateways,
} from '../../gateway/test-fixtures/use-gateways.ts';
import * as recorded from '../../protocols/test-fixtures/recorded-answers.ts';
import { ownRequests, requests } from '../../protocols/test-fixtures/recorded-requests.ts';
import { inboundCodec } from '../../protocols/registry.ts';
import { protocols, type Protocol } from '../../protocols/request.ts';
import { waitFor } from '../support/wait-for.ts';

// HOUSE R1, invariant 25: the mirror asks what production asked, through the real way of either.

const gateways = useGateways();
let upstream: ScriptedUpstream;
beforeAll(async () => {
  upstream = await startScriptedUpstream();
  upstream.play(vendor);
});
afterAll(() => upstream.close());

const answers: Record<string, readonly [JsonObject, readonly string[]]> = {
  '/v1/chat/completions': [recorded.chatCompletion, recorded.chatStream],
  '/v1/responses': [recorded.responsesAnswer, recorded.responsesStream],
  '/v1/messages': [recorded.anthropicMessage, recorded.anthropicStream],
};

const vendor: Script = (response, request) => {
  const [whole, frames] = answers[request.path] ?? [{}, []];
  (request.body['stream'] === true ? sse(frames) : json(whole))(response, request);
};

const keys = new Map([['KEY', 'any']]);
const bindingOf = () =>
  bindingSchema.parse({
    providers: {
      openai: { kind: 'openai', baseUrl: `${upstream.origin}/v1`, apiKeyEnv: 'KEY' },
      anthropic: { kind: 'anthropic', baseUrl: upstream.origin, apiKeyEnv: 'KEY' },
    },
  });

interface Asked {
  readonly protocol: Protocol;
  readonly body: JsonObject;
  readonly headers?: Record<string, string>;
  readonly content?: object;
  readonly prompt?: string;
  /** Does the evaluation worker read what is kept for an hour, as it does by default? */
  readonly fresh?: boolean;
}

let count = 0;

interface Pair {
  readonly passed: boolean;
  readonly altered: boolean;
  readonly asked: UpstreamRequest;
  readonly again: UpstreamRequest;
}

/** Asks production, then has the mirror ask staging again: what the provider got from either. */
async function askBoth(all: readonly Asked[]): Promise<Pair[]> {
  const apps = await Promise.all(
    all.map(async (asked) => ({ ...(await createAppFor(asked)), fresh: asked.fresh !== false })),
  );
  const bound = { binding: bindingOf(), keys };
  const [production, staging] = await Promise.all([
    gateways.start({ bound }),
    gateways.start({ bound, environment: 'staging' }),
  ]);
  const start = upstream.requests.length;
  for (const [i, { protocol, body, headers = {}, prompt }] of all.entries()) {
    const model = [apps[i]!.app, prompt].filter((name) => name !== undefined).join('/');
    const answer = await fetch(`${production.url}${inboundCodec(protocol).gatewayPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ ...body, model }),
    });
    expect({ body, status: answer.status, said: await answer.text() }).toMatchObject({ status: 200 });
  }
  const gateway = { baseUrl: staging.url, internalToken, timeoutMs: 10_000 };
  const patience = createPatience({ atOnce: 1, patienceMs: 5_000 });
  const settings = {
    documents: 'frozen' as const,
    retrievesItself: () => false,
    pinnedTarget: (target: number) => target,
    factsParts: () => ({ price: undefined, promisesJson: false, hashKey: Buffer.alloc(32) }),
  };
  const passed: boolean[] = [];
  const altered: boolean[] = [];
  for (const { app, revision, fresh } of apps) {
    const sample = await theSample(app, fresh);
    altered.push(sample.altered);
    const item = { caseId: sample.id, revision, target: 0, repeat: 0 };
    const ask = createPatientGateway({ gateway, app, chains: new Map(), patience });
    const { result } = await replay(item, sample, { ...settings, ask }, new AbortController().signal);
    passed.push(result.verdict === 'passed');
  }
  const sent = upstream.requests.slice(start);
  expect(sent).toHaveLength(2 * all.length);
  return all.map((_, i) => ({
    passed: passed[i]!,
    altered: altered[i]!,
    asked: sent[i]!,
    again: sent[all.length + i]!,
  }));
}

async function createAppFor({ content = {} }: Asked) {
  const { db } = gateways.stage;
  const app = `mirrored-${count++}`;
  const actor = 'user:ada';
  await publishApp(db, { name: app, actor });
  const revision = await publish(db, app, 'first', {
    caller: [...callerFields, 'anthropic-beta'],
    parameters: {},
    ...content,
  });
  const first = { app, environments: [environment], revision, operationId: app, actor, reason: 'first' };
  await createStable(db, first);
  return { app, revision };
}

function theSample(app: string, fresh: boolean): Promise<OpenedSample> {
  const stores = { db: gateways.stage.db, dataKeys, ...(fresh ? { freshKeys } : {}) };
  return waitFor(
    async () => {
      const { whole, altered } = await samplesToAsk(stores, { app, environment, limit: 1 });
      return [...whole, ...altered][0];
    },
    { what: `a sample of ${app}` },
  );
}

/** A conversation with a tool, in each protocol, that redaction alters: whose mirror is asked what came all the same. */
const callId = 'call_0123456789abcdef';
const said =
  'A price of 1 299 000 EUR, please, to ada@mail.example, +49 30 1234567, card 4111 1111 1111 1111.';
const found = 'Sent to ada@mail.example, IBAN DE89 3704 0044 0532 0130 00.';
const written = { to: 'ada@mail.example', amount: 1_299_000, phone: '+49 30 1234567' };
const quoting = { type: 'object', properties: { to: { type: 'string' } } };
const personal: Record<Protocol, JsonObject> = {
  'openai-chat': {
    messages: [
      { role: 'user', content: said },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: callId, type: 'function', function: { name: 'quote', arguments: JSON.stringify(written) } },
        ],
      },
      { role: 'tool', tool_call_id: callId, content: found },
    ],
    tools: [{ type: 'function', function: { name: 'quote', parameters: quoting } }],
  },
  'openai-responses': {
    input: [
      { role: 'user', content: said },
      { type: 'function_call', call_id: callId, name: 'quote', arguments: JSON.stringify(written) },
      { type: 'function_call_output', call_id: callId, output: found },
    ],
    tools: [{ type: 'function', name: 'quote', parameters: quoting, strict: false }],
  },
  'anthropic-messages': {
    max_tokens: 100,
    messages: [
      { role: 'user', content: said },
      { role: 'assistant', content: [{ type: 'tool_use', id: callId, name: 'quote', input: written }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: callId, content: found }] },
    ],
    tools: [{ name: 'quote', input_schema: quoting }],
  },
};

const comparable = ({ store: _store, ...body }: JsonObject): JsonObject => body;
const ways = (['openai', 'anthropic'] as const).flatMap((kind) =>
  protocols.map((protocol) => [protocol, kind] as const),
);

it.each(ways)('asks again what %s requests asked of a target of %s', async (protocol, kind) => {
  const own = (protocol === 'anthropic-messages') === (kind === 'anthropic');
  const content = { chain: [kind === 'openai' ? openaiTarget : anthropicTarget] };
  const bodies = [personal[protocol], ...requests[protocol], ...(own ? ownRequests[protocol] : [])];
  const pairs = await askBoth(bodies.map((body) => ({ protocol, body, content })));
  for (const { passed, altered, asked, again } of pairs) {
    expect({ passed, altered, path: again.path, body: comparable(again.body) }).toEqual({
      ...{ passed: true, altered: false },
      path: asked.path,
      body: comparable(asked.body),
    });
    expect(again.body['store']).not.toBe(true);
  }
});

const prompts = {
  greet: { template: '{{role "system"}}Be {{mood}}: {{#each documents}}{{text}};{{/each}}{{history}}' },
  other: { template: '{{role "user"}}Another.' },
};

it('asks the named prompt, with the variables, documents and features of the sample', async () => {
  const asks = [[{ id: 'd1', text: 'fees' }], []].map((documents): Asked => ({
    protocol: 'anthropic-messages',
    body: {
      max_tokens: 9,
      messages: [{ role: 'user', content: 'Hello' }],
      sluice: { variables: { mood: 'kind' }, documents },
    },
    prompt: 'greet',
    headers: { 'anthropic-beta': 'context-1m-2025-08-07' },
    content: {
      caller: [...callerFields, 'anthropic-beta'],
      prompts,
      defaultPrompt: 'other',
      chain: [anthropicTarget],
    },
  }));
  const pairs = await askBoth(asks);
  expect(pairs.map(({ asked }) => asked.body['system'])).toEqual(['Be kind: fees;', 'Be kind: ']);
  for (const { asked, again } of pairs) {
    expect(again.body).toEqual(asked.body);
    expect(again.headers['anthropic-beta']).toBe('context-1m-2025-08-07');
  }
});

it('asks redacted requests that are whole', async () => {
  const asks = protocols.flatMap((protocol) =>
    [personal[protocol], ...requests[protocol], ...ownRequests[protocol]].map((body): Asked => {
      const chain = [protocol === 'anthropic-messages' ? anthropicTarget : openaiTarget];
      return { protocol, body, content: { chain }, fresh: false };
    }),
  );
  const pairs = await askBoth(asks);
  expect(pairs.filter(({ passed }) => !passed)).toEqual([]);
  const text = JSON.stringify(pairs.filter(({ altered }) => altered).map(({ again }) => again.body));
  expect(text).toContain(callId);
  expect(text).toContain('1 299 000 EUR');
  expect(text).not.toMatch(/ada@mail|4111 1111|3704 0044|30 1234567/);
});

it('has strata of the segments that the plan names, by the labels of who may send them', async () => {
  const { db } = gateways.stage;
  const body = { messages: [{ role: 'user', content: 'Hello' }] };
  const [trusted, other] = await Promise.all(
    [0, 1].map(() => createAppFor({ protocol: 'openai-chat', body })),
  );
  const keyOf = async ({ app }: { app: string }, scopes: KeyScope[]) =>
    (await keyFor(db, app, { scopes })).headers;
  const asking = [
    [trusted!, await keyOf(trusted!, ['call', 'labels'])],
    [other!, await keyOf(other!, ['call'])],
  ] as const;
  const { url } = await gateways.start({ bound: { binding: bindingOf(), keys } });
  const labels = { 'x-sluice-label-tenant': 'acme', 'x-sluice-label-who': 'ada@mail.example' };
  const guardrails = { errors: { scope: { label: 'tenant', values: ['acme'] } } };
  const found = [];
  for (const [{ app }, key] of asking) {
    const headers = { 'content-type': 'application/json', ...key, ...labels };
    const answer = await fetch(`${url}/v1/chat/completions`, {
      ...{ method: 'POST', headers, body: JSON.stringify({ ...body, model: app }) },
    });
    expect({ status: answer.status, said: await answer.text() }).toMatchObject({ status: 200 });
    await theSample(app, false);
    const { whole } = await samplesToAsk({ db, dataKeys }, { app, environment, limit: 5, guardrails });
    found.push(whole.map(({ stratum, altered, sample }) => ({ stratum, altered, labels: sample.labels })));
  }
  const length = 'short';
  expect(found).toEqual([
    // What redaction would strike is not kept, and makes no other request of it.
    [{ stratum: `tenant=acme, ${length}`, altered: false, labels: { tenant: 'acme' } }],
    [{ stratum: length, altered: false, labels: undefined }],
  ]);
});
