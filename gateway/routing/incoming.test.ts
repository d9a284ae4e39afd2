import { parseInbound } from '../../protocols/parse-inbound.ts';
import { readInstructions } from './incoming.ts';

const inbound = parseInbound('anthropic-messages', {
  model: 'bank',
  max_tokens: 10,
  messages: [{ role: 'user', content: 'Hello' }],
});
const read = (headers: Record<string, string>) => readInstructions(headers, inbound, 'a-token-of-the-test');

it('reads anthropic-beta, and keeps it apart from what every provider and retriever is sent', () => {
  const instructions = read({ 'anthropic-beta': 'context-1m-2025-08-07' });
  expect(instructions).toMatchObject({
    trace: undefined,
    callersHeaders: { 'anthropic-beta': 'context-1m-2025-08-07' },
  });
  expect(read({}).callersHeaders).toEqual({});
});

it('reads labels by their names, whatever they are called', () => {
  const headers = {
    'x-sluice-label-tenant': 'acme',
    'x-sluice-label-__proto__': 'x',
    'x-sluice-label-empty': '',
  };
  const { labels } = read(headers);
  expect(Object.entries(labels)).toEqual([
    ['tenant', 'acme'],
    ['__proto__', 'x'],
  ]);
  expect(read({ 'x-sluice-subject': 'ada' }).labels).toEqual({});
});
