import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { answerEmbeddings } from './embeddings.ts';
import { exchange, type ProviderState } from './exchange.ts';
import { listModels } from './model-listing.ts';
import { chatCompletions } from './protocols/chat-completions.ts';
import { messages } from './protocols/messages.ts';
import type { SimulatedProtocol } from './protocols/protocol.ts';
import { responses } from './protocols/responses.ts';

const ENDPOINTS: Record<SimulatedProtocol['vendor'], Readonly<Record<string, SimulatedProtocol>>> = {
  openai: { '/v1/chat/completions': chatCompletions, '/v1/responses': responses },
  anthropic: { '/v1/messages': messages },
};

/** One vendor's API over the shared models, faults and counts. */
export function createProviderServer(
  vendor: SimulatedProtocol['vendor'],
  state: ProviderState,
): RequestListener {
  return (request, response) => {
    route(vendor, state, request, response).catch((error: unknown) => {
      // A caller that left in the middle of its own request is nobody to answer; anything else is a defect to show.
      if (request.destroyed && !request.complete) return;
      process.stderr.write(
        `simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      response.destroy();
    });
  };
}

async function route(
  vendor: SimulatedProtocol['vendor'],
  state: ProviderState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const protocol = ENDPOINTS[vendor][path];
  if (request.method === 'POST' && protocol !== undefined) {
    await exchange(protocol, request, response, state);
    return;
  }
  if (request.method === 'POST' && vendor === 'openai' && path === '/v1/embeddings') {
    await answerEmbeddings(request, response, state);
    return;
  }
  const [, id] = /^\/v1\/models(?:\/([^/]+))?$/u.exec(path) ?? [];
  const isListing = request.method === 'GET' && path.startsWith('/v1/models');
  const listing = isListing ? listModels(state.catalogue, vendor, id) : undefined;
  answerListing(vendor, request, response, listing);
}

function answerListing(
  vendor: SimulatedProtocol['vendor'],
  request: IncomingMessage,
  response: ServerResponse,
  listing: object | undefined,
): void {
  const protocol = vendor === 'openai' ? chatCompletions : messages;
  const send = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const unknown = {
    status: 404,
    kind: 'model_not_found',
    message: `No such thing: ${request.url ?? ''}`,
  } as const;
  const keyless = { status: 401, kind: 'unauthorized', message: 'No API key was provided.' } as const;
  if (protocol.apiKeyOf(request.headers) === undefined) send(401, protocol.errorBody(keyless, 'req_listing'));
  else if (listing === undefined) send(404, protocol.errorBody(unknown, 'req_listing'));
  else send(200, listing);
}
