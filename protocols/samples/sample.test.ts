import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { outboundRequest } from '../translation/outbound-request.ts';
import { parseInbound } from '../parse-inbound.ts';
import { ownRequests, requests } from '../test-fixtures/recorded-requests.ts';
import { protocols, type Inbound, type Protocol } from '../request.ts';
import { askAgain, readSample, sampleOf, type Sample } from './sample.ts';
import type { ResolvedTarget } from '../target.ts';

const kinds = ['openai', 'anthropic'] as const;

/** What a provider is asked, or why it is not, but for `model` and `store`. */
function askedOf(kind: ResolvedTarget['kind'], inbound: Inbound): unknown {
  const timeoutsMs = { connect: 1, firstContent: 1, idle: 1 };
  const names = { provider: 'p', baseUrl: 'http://p', model: 'm', logicalModel: 'm' };
  const written = outboundRequest(inbound.request, { ...names, kind, parameters: {}, timeoutsMs });
  if (written.kind === 'refused') return 'refused';
  const { store: _store, ...body } = written.body;
  return { path: written.codec.endpoint({ model: 'm', stream: false }), body };
}

const stored = (sample: Sample): JsonValue => JSON.parse(JSON.stringify(sample)) as JsonValue;

function expectTheSame(protocol: Protocol, inbound: Inbound, sample: Sample | undefined): void {
  expect(sample).toBeDefined();
  const again = askAgain(sample!, { model: 'bank', documents: sample!.documents });
  expect(again.protocol).toBe(protocol);
  const inboundAgain = parseInbound(again.protocol, again.body);
  expect(inboundAgain.sluice).toMatchObject({ variables: sample!.variables });
  for (const kind of kinds) expect(askedOf(kind, inboundAgain)).toEqual(askedOf(kind, inbound));
}

const bodiesOf = (protocol: Protocol): JsonObject[] =>
  [...requests[protocol], ...ownRequests[protocol]].map((body) => ({ ...body, model: 'bank' }));

describe.each(protocols)('a sample of a %s request', (protocol) => {
  it.each(bodiesOf(protocol))('asks each target the same again (%#)', (body) => {
    const inbound = parseInbound(protocol, body);
    const sample = sampleOf(inbound, { variables: { tier: 'gold' }, documents: [{ id: 'd1' }] });
    expect(sample.body).not.toHaveProperty('model');
    expectTheSame(protocol, inbound, readSample(stored(sample)));
  });

  it.each(requests[protocol].map((body) => ({ ...body, model: 'bank' })))(
    'of before there were versions asks its own target the same (%#)',
    (body) => {
      const inbound = parseInbound(protocol, body);
      const { messages, tools, toolChoice, parameters, stream } = inbound.request;
      const before = { protocol, model: 'bank', messages, tools, toolChoice, parameters, stream };
      const kept = JSON.parse(JSON.stringify({ ...before, variables: {}, documents: [] })) as JsonValue;
      const again = askAgain(readSample(kept)!, { model: 'bank', documents: undefined });
      const own = protocol === 'anthropic-messages' ? 'anthropic' : 'openai';
      expect(askedOf(own, parseInbound(again.protocol, again.body))).toEqual(askedOf(own, inbound));
    },
  );
});

const text = fc.string({ unit: 'grapheme', maxLength: 6 });
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>;
const rare = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
const fieldName = fc.stringMatching(/^[a-z_]{3,8}$/).map((name) => `x_${name}`);
const unknown = fc.dictionary(fieldName, json, { maxKeys: 2 });

const chatMessage = fc.oneof(
  fc.record(
    {
      role: fc.constantFrom('system', 'developer', 'user'),
      content: fc.oneof(
        text,
        fc.array(fc.record({ type: fc.constant('text'), text }), { minLength: 1, maxLength: 2 }),
      ),
      name: text,
    },
    { requiredKeys: ['role', 'content'] },
  ),
  fc.record(
    { role: fc.constant('assistant'), content: fc.option(text), refusal: fc.option(text) },
    { requiredKeys: ['role', 'content'] },
  ),
  fc.record({ role: fc.constant('tool'), tool_call_id: text, content: text }),
);
const chat = fc.record({
  messages: fc.array(chatMessage, { minLength: 1, maxLength: 4 }),
  stream: rare(fc.boolean()),
  temperature: rare(fc.double({ min: 0, max: 2, noNaN: true })),
  max_tokens: rare(fc.nat()),
  max_completion_tokens: rare(fc.nat()),
  reasoning_effort: rare(text),
  stop: rare(fc.oneof(text, fc.array(text, { maxLength: 2 }))),
  tool_choice: rare(fc.constantFrom('auto', 'none', 'required')),
  user: rare(text),
  metadata: rare(fc.dictionary(fieldName, text)),
});
const responses = fc.record({
  instructions: rare(text),
  input: fc.oneof(
    text,
    fc.array(
      fc.oneof(
        fc.record({ role: fc.constantFrom('system', 'developer', 'user', 'assistant'), content: text }),
        fc.record({ type: fc.constant('function_call'), call_id: text, name: text, arguments: text }),
        fc.record({ type: fc.constant('function_call_output'), call_id: text, output: text }),
        fc.record({ type: fc.constant('reasoning'), id: text, summary: fc.constant([]) }),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  ),
  stream: rare(fc.boolean()),
  reasoning: rare(fc.record({ effort: text, summary: fc.constant('auto') }, { requiredKeys: [] })),
  text: rare(fc.record({ verbosity: text })),
  max_output_tokens: rare(fc.nat()),
});
const block = fc.oneof(
  fc.record({ type: fc.constant('text'), text }),
  fc.record({ type: fc.constant('tool_result'), tool_use_id: text, content: text }),
  fc.record({ type: fc.constant('thinking'), thinking: text, signature: text }),
);
const anthropic = fc.record({
  max_tokens: fc.nat(),
  system: rare(text),
  messages: fc.array(
    fc.record({
      role: fc.constantFrom('user', 'assistant'),
      content: fc.oneof(text, fc.array(block, { maxLength: 3 })),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  stream: rare(fc.boolean()),
  thinking: rare(fc.record({ type: fc.constant('enabled'), budget_tokens: fc.nat() })),
  output_config: rare(fc.record({ effort: fc.constantFrom('low', 'minimal') })),
  temperature: rare(fc.double({ min: 0, max: 2, noNaN: true })),
  metadata: rare(fc.record({ user_id: text })),
});
const generated: Record<Protocol, fc.Arbitrary<object>> = {
  'openai-chat': chat,
  'openai-responses': responses,
  'anthropic-messages': anthropic,
};

it.each(protocols)('asks the same again whatever a %s request holds', (protocol) => {
  fc.assert(
    fc.property(generated[protocol], unknown, (known, more) => {
      const body = JSON.parse(JSON.stringify({ ...known, ...more, model: 'bank' })) as JsonObject;
      const inbound = parseInbound(protocol, body);
      expectTheSame(protocol, inbound, readSample(stored(sampleOf(inbound, { variables: {} }))));
    }),
    { numRuns: 100 },
  );
});

describe('a stored sample', () => {
  const sample = sampleOf(parseInbound('openai-chat', bodiesOf('openai-chat')[0]!), { variables: {} });

  it('may have names that are newer than its reader', () => {
    expect(readSample({ ...sample, judged: { by: 'nobody' } })).toEqual(sample);
  });

  it.each<[string, object]>([
    ['of a newer version', { ...sample, version: 3 }],
    ['of a protocol that is not known', { ...sample, protocol: 'gemini' }],
    ['that is no request any more', { ...sample, body: { messages: [{ role: '[number]' }] } }],
    ['without anything', {}],
  ])('%s is none', (_what, kept) => {
    expect(readSample(kept as JsonValue)).toBeUndefined();
  });
});
