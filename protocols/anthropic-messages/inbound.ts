import type { InboundCodec } from '../inbound.ts';
import { relayWhole } from '../relay.ts';
import { sseFrame } from '../sse.ts';
import { bodySchema } from './body-schema.ts';
import { writeAnthropicError } from './errors.ts';
import { parseAnthropicRequest } from './parse-request.ts';
import { createAnthropicStreamWriter, writeAnthropicMessage } from './write-answer.ts';

/** Anthropic messages. */
export const anthropicInbound: InboundCodec = {
  protocol: 'anthropic-messages',
  gatewayPath: '/v1/messages',
  idPrefix: 'msg_',
  keepAlive: sseFrame('{"type":"ping"}', 'ping'),
  parseRequest: parseAnthropicRequest,
  writeWhole: writeAnthropicMessage,
  relayWhole,
  createStreamWriter: createAnthropicStreamWriter,
  writeError: writeAnthropicError,
  summary: 'An answer in the form of Anthropic messages',
  bodySchema,
};
