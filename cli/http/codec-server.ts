import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { messageOf } from '../../domain/errors.ts';

export interface CodecParts {
  /** Where Temporal's Web UI is: pages of no other place are answered. */
  readonly origins: readonly string[];
  /** The first part of the path, which only those know who were told: other programs of the machine are not. */
  readonly secret: string;
  /** Has the API open what a page has sent. */
  readonly decode: (body: unknown) => Promise<unknown>;
}

/** Payloads of a page of the Web UI: of one that is open for a release, some hundred KB. */
const mostBytes = 8 * 1024 * 1024;

/**
 * A codec endpoint for Temporal's Web UI on this machine alone: the browser has no token of Sluice, this has. It opens what
 * is sealed, and seals nothing.
 */
export function createCodecServer(parts: CodecParts): Server {
  return createServer((request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      send(response, 502, { message: messageOf(error) });
    });
  });
}

async function answer(
  { origins, secret, decode }: CodecParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { origin, host = '' } = request.headers;
  // A page elsewhere may have a name that leads here.
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host)) {
    send(response, 421, { message: 'This is for this machine alone.' });
    return;
  }
  if (request.url !== `/${secret}/decode` || (origin !== undefined && !origins.includes(origin))) {
    send(response, 404, { message: 'There is nothing here.' });
    return;
  }
  if (origin !== undefined) allow(response, origin);
  if (request.method === 'OPTIONS') {
    response.writeHead(204).end();
    return;
  }
  const isJson = (request.headers['content-type'] ?? '').startsWith('application/json');
  const size = Number(request.headers['content-length'] ?? Number.NaN);
  if (request.method !== 'POST' || !isJson || !(size <= mostBytes)) {
    send(response, 400, { message: `POST JSON of at most ${mostBytes} bytes, with its length.` });
    return;
  }
  const body: unknown = await json(request).catch(() => undefined);
  if (body === undefined) send(response, 400, { message: 'This is no JSON.' });
  else send(response, 200, await decode(body));
}

function allow(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', 'POST');
  response.setHeader('access-control-allow-headers', 'content-type, x-namespace, authorization');
  response.setHeader('access-control-allow-private-network', 'true');
  response.setHeader('vary', 'origin');
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
