import type { OutboundCodec } from '../outbound.ts';
import { readAnthropicError } from './errors.ts';
import { ownMaxTokens } from './max-tokens.ts';
import { createAnthropicStreamReader, readAnthropicMessage } from './read-answer.ts';
import { createAnthropicStreamScanner, scanAnthropicMessage } from './scan-answer.ts';
import { withFittingThinking } from './thinking.ts';
import { writeAnthropicRequest } from './write-request.ts';

/** Anthropic messages. */
export const anthropicOutbound: OutboundCodec = {
  endpoint: () => '/v1/messages',
  requestHeaders: { 'anthropic-version': '2023-06-01' },
  callersHeaders: ['anthropic-beta'],
  sign: (_request, apiKey) => ({ 'x-api-key': apiKey }),
  writeRequest: writeAnthropicRequest,
  settle: withFittingThinking,
  ownMaxTokens,
  protocol: 'anthropic-messages',
  scanWhole: scanAnthropicMessage,
  readWhole: readAnthropicMessage,
  createStreamScanner: createAnthropicStreamScanner,
  createStreamReader: createAnthropicStreamReader,
  readError: readAnthropicError,
};
