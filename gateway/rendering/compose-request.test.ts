import { revisionContentSchema } from '../../domain/revision/revision.ts';
import { bindingSchema } from '../../domain/revision/binding.ts';
import { bindRevision } from '../config/bind-revision.ts';
import type { Protocol } from '../../protocols/request.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import { composeRequest } from './compose-request.ts';

const binding = bindingSchema.parse({
  providers: {
    openai: { kind: 'openai', baseUrl: 'http://x/v1', models: { small: { deployment: 'small-eu' } } },
  },
});

async function compose(
  content: object,
  body: object,
  promptName?: string,
  protocol: Protocol = 'openai-chat',
) {
  const parsed = revisionContentSchema.parse({ chain: [{ provider: 'openai', model: 'small' }], ...content });
  const revision = await bindRevision(
    { app: 'bank', digest: 'rev', label: 'v1', content: parsed },
    { binding, keys: new Map() },
  );
  const { request } = parseInbound(protocol, {
    model: 'bank',
    ...(protocol === 'openai-responses' ? { input: 'hi' } : { messages: [{ role: 'user', content: 'hi' }] }),
    ...body,
  });
  return composeRequest({ revision, promptName, request, variables: {} });
}

const tool = (name: string, description?: string) => ({
  type: 'function',
  function: { name, parameters: {}, ...(description === undefined ? {} : { description }) },
});

it('lets the revision win, but for the fields that it leaves to the caller', async () => {
  const parameters = { temperature: 0.1, max_tokens: 50, stop: ['own'] };
  const given = { temperature: 1, max_tokens: 500, stop: ['END'], top_p: 0.5 };
  const { request, chain } = await compose({ parameters, caller: ['stop', 'max_tokens'] }, given);
  expect(request.parameters).toEqual({ maxTokens: 500, maxTokensOldSpelling: true, stop: ['END'], rest: {} });
  expect(chain[0]).toMatchObject({
    model: 'small-eu',
    logicalModel: 'small',
    parameters: { temperature: 0.1 },
  });
  expect(Object.keys(chain[0]!.parameters)).toEqual(['temperature']);
});

it('keeps the revision’s own value where the caller may set a field and does not', async () => {
  const { chain } = await compose({ parameters: { stop: ['own'] } }, {});
  expect(chain[0]!.parameters).toEqual({ stop: ['own'] });
});

it.each<[Protocol, string[], object, object]>([
  [
    'openai-chat',
    ['seed', 'logprobs'],
    { logprobs: true, seed: 1, user: 'u7' },
    { rest: { logprobs: true, seed: 1, user: 'u7' } },
  ],
  ['openai-chat', ['reasoning_effort'], { reasoning_effort: 'low' }, { effort: 'low', rest: {} }],
  [
    'openai-responses',
    ['include', 'reasoning'],
    { include: ['x'], reasoning: { summary: 'auto' } },
    { rest: { include: ['x'], reasoning: { summary: 'auto' } } },
  ],
  [
    'anthropic-messages',
    ['thinking', 'metadata'],
    { max_tokens: 9, thinking: { type: 'adaptive' }, metadata: { user_id: 'u7' } },
    { maxTokens: 9, rest: { thinking: { type: 'adaptive' }, metadata: { user_id: 'u7' } } },
  ],
])(
  'passes on what `caller` lists, by its vendor’s name: %s %j %j',
  async (protocol, caller, body, expected) => {
    const { request, ignored } = await compose({ caller }, body, undefined, protocol);
    expect(request.parameters).toEqual(expected);
    expect(ignored).toEqual([]);
  },
);

it('the caller’s value counts where a name is listed, and the revision’s where it sends none', async () => {
  const content = { caller: ['seed'], parameters: { seed: 7, top_k: 1 } };
  expect((await compose(content, { seed: 1 })).chain[0]!.parameters).toEqual({ top_k: 1 });
  expect((await compose(content, {})).chain[0]!.parameters).toEqual({ seed: 7, top_k: 1 });
});

const chatFields = {
  ...{ service_tier: 'priority', api_base: 'http://evil', mcp_servers: [], logprobs: true, seed: 1 },
  ...{ reasoning_effort: 'high', extra_body: {}, constructor: 1, store: false, user: 'u7' },
};

it('passes on nothing else, and names it', async () => {
  const given = {
    ...chatFields,
    temperature: 1,
    metadata: { a: 'b' },
    web_search_options: {},
    tools: [tool('a')],
  };
  const { request, ignored } = await compose({ caller: [] }, given);
  expect(request.parameters).toEqual({ rest: { user: 'u7' } });
  expect(Object.keys(request).sort()).toEqual([
    'includeUsage',
    'messages',
    'parameters',
    'raw',
    'stream',
    'user',
  ]);
  expect(ignored.toSorted()).toEqual(
    [
      ...['api_base', 'constructor', 'extra_body', 'logprobs', 'mcp_servers', 'metadata', 'reasoning_effort'],
      ...['seed', 'service_tier', 'temperature', 'tools', 'web_search_options'],
    ].sort(),
  );
});

it.each<[Protocol, object]>([
  ['openai-responses', { type: 'mcp', server_label: 's', server_url: 'https://mcp.test' }],
  ['anthropic-messages', { type: 'mcp_toolset', mcp_server_name: 's' }],
])(
  'has a provider call a server of the caller’s choice only by declaration: %s %j',
  async (protocol, remote) => {
    const limit = protocol === 'anthropic-messages' ? { max_tokens: 9 } : {};
    const body = { ...limit, tools: [{ type: 'web_search', name: 'web_search' }, remote] };
    const kept = async (caller: string[]) => {
      const { request, ignored } = await compose({ caller }, body, undefined, protocol);
      return [request.tools?.length, ignored];
    };
    expect(await kept(['tools'])).toEqual([1, ['mcp_servers']]);
    expect(await kept(['tools', 'mcp_servers'])).toEqual([2, []]);
  },
);

it('describes a caller’s tool anew or leaves it out, and never adds one', async () => {
  const tools = [tool('a', 'better'), { name: 'never-sent', description: 'x' }];
  const { request } = await compose({ tools }, { tools: [tool('a', 'mine'), tool('b')] });
  expect(request.tools).toMatchObject([{ name: 'a', description: 'better' }]);
  expect((await compose({ tools }, {})).request.tools).toBeUndefined();
  expect((await compose({ caller: [] }, { tools: [tool('a')] })).request.tools).toBeUndefined();
});

it('picks a prompt by name, by default, or the only one', async () => {
  const prompts = { one: { template: 'ONE' }, two: { template: 'TWO' } };
  const text = async (content: object, name?: string) =>
    (await compose(content, {}, name)).request.messages.at(-1)?.content[0];
  expect(await text({ prompts }, 'two')).toMatchObject({ text: 'TWO' });
  expect(await text({ prompts, defaultPrompt: 'one' })).toMatchObject({ text: 'ONE' });
  await expect(compose({ prompts }, {})).rejects.toMatchObject({ code: 'invalid_request' });
  await expect(compose({ prompts }, {}, 'three')).rejects.toMatchObject({ code: 'not_found' });
  await expect(compose({}, {}, 'one')).rejects.toMatchObject({ code: 'not_found' });
});

it('passes messages on unchanged where there is no prompt', async () => {
  const messages = [
    { role: 'system', content: 'S' },
    { role: 'user', content: 'hi' },
  ];
  expect((await compose({}, { messages })).request.messages.map(({ role }) => role)).toEqual([
    'system',
    'user',
  ]);
});

it('streams only where the revision lets the caller ask for it', async () => {
  await expect(compose({ caller: [] }, { stream: true })).rejects.toMatchObject({ code: 'invalid_request' });
});
