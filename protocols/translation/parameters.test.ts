import type { JsonObject } from '../../domain/json.ts';
import type { Protocol } from '../request.ts';
import type { ResolvedTarget } from '../target.ts';
import { outboundRequest } from './outbound-request.ts';
import { parseInbound } from '../parse-inbound.ts';
import { hello, sent, target } from './test-fixtures/sent.ts';

describe("a revision's parameters", () => {
  it('win over the request', () => {
    const own = { temperature: 0, max_tokens: 7, stop: ['X'], top_k: 3 };
    expect(
      sent('openai-chat', { temperature: 1, max_completion_tokens: 99 }, 'anthropic', own),
    ).toMatchObject({
      temperature: 0,
      max_tokens: 7,
      stop_sequences: ['X'],
      top_k: 3,
    });
    expect(sent('openai-chat', { max_completion_tokens: 99 }, 'openai', own)).toEqual(
      expect.objectContaining({ max_tokens: 7, stop: ['X'] }),
    );
    expect(sent('openai-chat', { max_completion_tokens: 99 }, 'openai', own)).not.toHaveProperty(
      'max_completion_tokens',
    );
    expect(
      sent('openai-chat', { max_tokens: 99 }, 'openai', { max_completion_tokens: 7 }),
    ).not.toHaveProperty('max_tokens');
  });

  it('and a caller’s limit of the answer’s length are both kept: the smaller one', () => {
    const [more, less] = [{ max_tokens: 9_000 }, { max_tokens: 100 }];
    expect(sent('anthropic-messages', more, 'anthropic', less)).toMatchObject(less);
    expect(sent('anthropic-messages', less, 'anthropic', more)).toMatchObject(less);
    expect(sent('anthropic-messages', more, 'anthropic')).toMatchObject(more);
    expect(sent('openai-chat', less, 'openai', { max_completion_tokens: 7 })).toMatchObject({
      max_completion_tokens: 7,
    });
  });

  it.each([
    ['claude-3-haiku-20240307', 4_096],
    ['claude-3-5-sonnet-latest', 8_192],
    ['claude-opus-4-1', 32_000],
    ['anthropic.claude-opus-4-20250514-v1:0', 32_000],
    ['claude-opus-4-5', 64_000],
    ['claude-sonnet-4-5', 64_000],
    ['a-model-of-tomorrow', 64_000],
  ])(
    'leave %s its own maximum where nobody sets a limit, and the binding knows best',
    (model, max_tokens) => {
      const { request } = parseInbound('openai-chat', { model: 'app', messages: hello });
      const limitOf = (more: Partial<ResolvedTarget>) =>
        outboundRequest(request, { ...target('anthropic'), model, ...more });
      expect(limitOf({})).toMatchObject({ body: { max_tokens }, maxTokens: max_tokens });
      expect(limitOf({ maxOutputTokens: 1_000 })).toMatchObject({ body: { max_tokens: 1_000 } });
      const wanted = { parameters: { max_tokens: 2_000 }, maxOutputTokens: 1_000 };
      expect(limitOf(wanted)).toMatchObject({ maxTokens: 1_000 });
    },
  );

  it.each<[Protocol, JsonObject, number | undefined]>([
    ['openai-chat', { max_tokens: 5_000 }, 2_000],
    ['openai-chat', { max_tokens: 1_500 }, 1_499],
    ['openai-responses', { max_output_tokens: 500 }, undefined],
    ['anthropic-messages', { max_tokens: 500 }, undefined],
    ['anthropic-messages', { max_tokens: 1_500 }, 1_499],
  ])('fit their thinking to the limit of a caller of %s: %j', (from, more, budget) => {
    const parameters = { max_tokens: 8_000, thinking: { type: 'enabled', budget_tokens: 2_000 } };
    expect(sent(from, more, 'anthropic', parameters)['thinking']).toEqual(
      budget === undefined ? undefined : { type: 'enabled', budget_tokens: budget },
    );
  });

  it('lower the budget that a caller set below a limit of its own, and no other', () => {
    const thinking = { type: 'enabled', budget_tokens: 4_000 };
    const thinkingOf = (max_tokens: number) =>
      sent('anthropic-messages', { max_tokens, thinking }, 'anthropic', { max_tokens: 3_000 })['thinking'];
    expect(thinkingOf(5_000)).toMatchObject({ budget_tokens: 2_999 });
    // Interleaved thinking may have more than one answer's tokens.
    expect(thinkingOf(2_000)).toEqual(thinking);
  });

  const thinks = { thinking: { type: 'enabled', budget_tokens: 2_000 }, max_tokens: 8_000 };
  const lookup = { name: 'look', parameters: { type: 'object' } };
  const forced = { tools: [{ type: 'function', function: lookup }], tool_choice: 'required' };

  it.each<[string, Protocol, JsonObject, JsonObject, JsonObject]>([
    ['without the temperature of a caller', 'openai-chat', { temperature: 0.2, top_p: 0.5 }, thinks, thinks],
    ['and keep a temperature of 1', 'openai-chat', { temperature: 1 }, thinks, { ...thinks, temperature: 1 }],
    ['and are forced to no tool', 'openai-chat', forced, thinks, { tool_choice: { type: 'any' } }],
    [
      'for a caller, without the temperature of the revision',
      ...(['anthropic-messages', { ...thinks, top_k: 3 }, { temperature: 0.2 }] as const),
      { ...thinks, top_k: 3 },
    ],
    [
      'as the revision alone has it',
      ...(['openai-chat', {}, { ...thinks, temperature: 0.2 }, { ...thinks, temperature: 0.2 }] as const),
    ],
  ])('think %s, for the API takes not both', (_name, from, asked, parameters, expected) => {
    const names = ['thinking', 'temperature', 'top_p', 'top_k', 'tool_choice', 'max_tokens'];
    const written = Object.entries(sent(from, asked, 'anthropic', parameters));
    const kept = Object.fromEntries(written.filter(([name]) => names.includes(name)));
    expect(kept).toEqual({ max_tokens: 8_000, ...expected });
  });

  it('win over what only the protocol of the request knows, whatever the target speaks', () => {
    const [given, own] = [{ top_k: 50 }, { top_k: 3 }];
    expect(sent('anthropic-messages', given, 'anthropic', own)).toMatchObject(own);
    expect(sent('anthropic-messages', given, 'openai', own)).toMatchObject(own);
  });
});
