import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { errorAnswer } from '../protocols/failures/error-answer.ts';
import { SluiceError } from '../domain/errors.ts';
import type { ConfigView } from './config/view.ts';
import type { RequireHost } from './edge/allowed-hosts.ts';
import { gatewayDocument } from './openapi/document.ts';
import { pathOf } from './request-path.ts';
import { sendJson } from './send-json.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { Queues } from './telemetry/telemetry.ts';

export interface AdminParts {
  readonly view: ConfigView;
  readonly metrics: Metrics;
  readonly queues: Queues;
  readonly requireHost: RequireHost;
  /** Are its callers' keys known, and are they asked for? */
  readonly keys: () => { readonly mode: 'demanded' | 'open'; readonly known: boolean };
  readonly isReady: () => boolean;
}

type Handler = (parts: AdminParts, response: ServerResponse) => Promise<void> | void;

const routes: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  [
    'GET /healthz',
    (_parts, response) => {
      sendJson(response, 200, { status: 'ok' });
    },
  ],
  ['GET /readyz', ready],
  ['GET /metrics', metrics],
  [
    'GET /openapi.json',
    (_parts, response) => {
      sendJson(response, 200, gatewayDocument());
    },
  ],
]);

/** What operators see of a gateway, at an address that is not its callers': metrics, and why it is ready or not. */
export function createAdminServer(parts: AdminParts): Server {
  return createServer({ headersTimeout: 20_000, requestTimeout: 30_000 }, (request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const { status, body } = errorAnswer('openai-chat', error);
      sendJson(response, status, body);
    });
  });
}

async function handle(parts: AdminParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  parts.requireHost(request);
  const what = `${request.method ?? ''} ${pathOf(request.url ?? '')}`;
  const route = routes.get(what);
  if (route === undefined) {
    throw new SluiceError('not_found', `There is no ${what}.`, {
      remedy: `There are ${[...routes.keys()].join(', ')}.`,
    });
  }
  await route(parts, response);
}

function ready({ view, queues, keys, isReady }: AdminParts, response: ServerResponse): void {
  sendJson(response, isReady() ? 200 : 503, {
    status: isReady() ? 'ready' : 'not ready',
    viewAgeMs: view.ageMs() ?? null,
    splits: view.acks(),
    refusals: view.refusals(),
    ahead: view.ahead(),
    queues: queues(),
    keys: keys(),
  });
}

async function metrics({ metrics: { registry } }: AdminParts, response: ServerResponse): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { 'content-type': registry.contentType }).end(text);
}
