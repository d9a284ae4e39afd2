import type { JsonValue } from '../domain/json.ts';
import type { Protocol } from './request.ts';
import { parseInbound } from './parse-inbound.ts';
import { bodies, hello } from './translation/test-fixtures/sent.ts';

describe('a request that Sluice does not serve', () => {
  it.each<[Protocol, JsonValue, string]>([
    ['openai-chat', [], ''],
    ['openai-chat', { messages: hello }, 'model'],
    ['openai-chat', { model: 'app' }, 'messages'],
    ['openai-chat', { model: 'app', messages: [] }, 'messages'],
    ['openai-chat', { ...bodies['openai-chat'], n: 2 }, 'n'],
    ['openai-chat', { ...bodies['openai-chat'], functions: [] }, 'functions'],
    ['openai-chat', { ...bodies['openai-chat'], temperature: 'hot' }, 'temperature'],
    ['openai-chat', { model: 'app', messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
    ['openai-chat', { model: 'app', messages: [{ role: 'robot', content: '' }] }, 'messages[0].role'],
    [
      'openai-chat',
      { model: 'app', messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'messages[0].content[0].text',
    ],
    ['openai-responses', { model: 'app' }, 'input'],
    [
      'openai-responses',
      { ...bodies['openai-responses'], previous_response_id: 'resp_1' },
      'previous_response_id',
    ],
    ['openai-responses', { ...bodies['openai-responses'], conversation: 'conv_1' }, 'conversation'],
    ['openai-responses', { ...bodies['openai-responses'], background: true }, 'background'],
    ['openai-responses', { ...bodies['openai-responses'], store: true }, 'store'],
    ['openai-responses', { model: 'app', input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]'],
    ['anthropic-messages', { model: 'app', messages: hello }, 'max_tokens'],
    [
      'anthropic-messages',
      { model: 'app', max_tokens: 1, messages: [{ role: 'tool', content: '' }] },
      'messages[0].role',
    ],
  ])('%s %j names %j', (protocol, body, param) => {
    expect(() => parseInbound(protocol, body)).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: { param } }) as Error,
    );
  });

  it.each([false, null])('is none with "background": %j', (background) => {
    expect(
      parseInbound('openai-responses', { ...bodies['openai-responses'], background, store: false }),
    ).toMatchObject({
      model: 'app',
      store: false,
    });
  });
});

it("takes what is Sluice's out of the request, and reads whom it is for", () => {
  const sluice = { variables: { name: 'Ada' } };
  const inbound = parseInbound('openai-chat', {
    ...bodies['openai-chat'],
    sluice,
    safety_identifier: 's1',
    user: 'u1',
    store: false,
  });
  expect(inbound).toMatchObject({ model: 'app', sluice, user: 's1', store: false });
  expect(inbound.request.parameters.rest).not.toHaveProperty('sluice');
});
