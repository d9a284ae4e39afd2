import { chatOutbound } from '../../protocols/openai-chat/outbound.ts';
import type { OutboundCodec } from '../../protocols/outbound.ts';
import { protocols, type Protocol } from '../../protocols/request.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { chatStream } from '../../protocols/test-fixtures/recorded-answers.ts';
import { manualClock } from '../test-fixtures/manual-clock.ts';
import { answerReader } from './answer-reader.ts';

const target: ResolvedTarget = {
  provider: 'p',
  kind: 'openai',
  baseUrl: 'http://provider.test/v1',
  model: 'm',
  logicalModel: 'm',
  parameters: {},
  timeoutsMs: { connect: 100, firstContent: 1_000, idle: 1_000 },
};

/** What a recorded stream brings its caller. */
function brought(codec: OutboundCodec, relayTo: Protocol | undefined): Set<string> {
  const head = { status: 200, headers: { 'content-type': 'text/event-stream' }, streams: true };
  const call = { clock: manualClock(), codec, target, body: {}, relayTo };
  const reader = answerReader(call, head, () => undefined);
  const pieces = [...reader.push(Buffer.from(chatStream.join(''))), ...reader.end()];
  return new Set(pieces.map(({ brings }) => brings.kind));
}

it('hands an answer on as it came to callers of its protocol, and as events to others', () => {
  expect(brought(chatOutbound, 'openai-chat')).toEqual(new Set(['relayed', 'nothing']));
  expect(brought(chatOutbound, 'anthropic-messages')).toEqual(new Set(['events', 'nothing']));
});

it.each([...protocols, undefined])('turns into events for %s what no caller speaks', (relayTo) => {
  const unspoken: OutboundCodec = { ...chatOutbound, protocol: 'its-own' };
  expect(brought(unspoken, relayTo)).toEqual(new Set(['events', 'nothing']));
});
