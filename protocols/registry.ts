import type { ProviderKind } from '../domain/revision/provider-kinds.ts';
import { anthropicInbound } from './anthropic-messages/inbound.ts';
import { anthropicOutbound } from './anthropic-messages/outbound.ts';
import type { InboundCodec } from './inbound.ts';
import { chatInbound } from './openai-chat/inbound.ts';
import { chatOutbound } from './openai-chat/outbound.ts';
import { responsesInbound } from './openai-responses/inbound.ts';
import { responsesOutbound } from './openai-responses/outbound.ts';
import type { OutboundCodec } from './outbound.ts';
import type { ModelRequest, Protocol } from './request.ts';

/** The protocols that callers speak: each is a provider's as well, so that what a caller says can be handed on as it is. */
const codecs: Record<Protocol, { readonly inbound: InboundCodec; readonly outbound: OutboundCodec }> = {
  'openai-chat': { inbound: chatInbound, outbound: chatOutbound },
  'openai-responses': { inbound: responsesInbound, outbound: responsesOutbound },
  'anthropic-messages': { inbound: anthropicInbound, outbound: anthropicOutbound },
};

/** The protocols in which providers of a kind are asked, and which of them is what a caller asks. */
const spokenBy: Record<
  ProviderKind,
  { readonly codecs: readonly OutboundCodec[]; readonly codecFor: (request: ModelRequest) => OutboundCodec }
> = {
  openai: {
    codecs: [chatOutbound, responsesOutbound],
    // Responses for callers of Responses, who lose nothing by it.
    codecFor: ({ raw }) => (raw.protocol === 'openai-responses' ? responsesOutbound : chatOutbound),
  },
  anthropic: { codecs: [anthropicOutbound], codecFor: () => anthropicOutbound },
};

/** In lower case: headers of callers that some vendor is sent, where the revision lets them through. */
export const callersHeaders: readonly string[] = [
  ...new Set(
    Object.values(spokenBy).flatMap(({ codecs: spoken }) => spoken.flatMap((codec) => codec.callersHeaders)),
  ),
];

/** How gateways speak a protocol to their callers. */
export function inboundCodec(protocol: Protocol): InboundCodec {
  return codecs[protocol].inbound;
}

/** How a provider is asked in the protocol of a request's caller. */
export function outboundCodec(protocol: Protocol): OutboundCodec {
  return codecs[protocol].outbound;
}

/** How a provider of a kind is asked what a caller asks. */
export function codecFor(kind: ProviderKind, request: ModelRequest): OutboundCodec {
  return spokenBy[kind].codecFor(request);
}
