import type { ModelRequest, Protocol } from './request.ts';
import type { ResolvedTarget } from './target.ts';
import { anthropicMessages } from './anthropic-messages/codec.ts';
import type { Codec } from './codec.ts';
import { openAiChat } from './openai-chat/codec.ts';
import { openAiResponses } from './openai-responses/codec.ts';

const codecs: Record<Protocol, Codec> = {
  'openai-chat': openAiChat,
  'openai-responses': openAiResponses,
  'anthropic-messages': anthropicMessages,
};

/** What Sluice knows of a protocol. */
export function codecOf(protocol: Protocol): Codec {
  return codecs[protocol];
}

/** The protocol in which a target is asked: Responses for callers of Responses, who lose nothing by it. */
export function outboundCodec(kind: ResolvedTarget['kind'], request: ModelRequest): Codec {
  if (kind === 'anthropic') return anthropicMessages;
  return request.raw.protocol === 'openai-responses' ? openAiResponses : openAiChat;
}
