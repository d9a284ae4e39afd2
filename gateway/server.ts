import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SluiceError } from '../domain/errors.ts';
import { probePath } from '../domain/target-probe.ts';
import { assign } from './assign/assign.ts';
import type { ReportOutcomes } from './assign/outcomes.ts';
import { answerProbe } from './probe/answer-probe.ts';
import type { BodyBudget } from './body-budget.ts';
import { readBody, type BodyLimits } from './read-body.ts';
import { pathOf } from './request-path.ts';
import { handleModelRequest, type HandleParts } from './routing/handle-model-request.ts';
import { parseJson } from './routing/incoming.ts';
import type { Queues } from './telemetry/telemetry.ts';
import type { ProviderFailure } from '../protocols/failure.ts';
import { protocols, type Protocol } from '../protocols/request.ts';
import { codecOf } from '../protocols/registry.ts';
import { failureAnswer } from '../protocols/error-answer.ts';
import { failureOfError } from '../protocols/failure.ts';

export interface ServerParts extends HandleParts {
  readonly queues: Queues;
  readonly bodies: BodyBudget;
  readonly bodyLimits?: BodyLimits;
  readonly reportOutcomes: ReportOutcomes;
  /** May this gateway be sent requests: has it anything to serve, and is it not stopping? */
  readonly isReady: () => boolean;
}

interface Exchange {
  readonly parts: ServerParts;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: () => Promise<Buffer>;
}

type Handler = (exchange: Exchange) => Promise<void> | void;
interface Route {
  /** Whose form errors have. */
  readonly protocol: Protocol;
  readonly handle: Handler;
}

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ...protocols.map((protocol) => [`POST ${codecOf(protocol).gatewayPath}`, modelRoute(protocol)] as const),
  ['GET /v1/models', { protocol: 'openai-chat', handle: listModels }],
  ['POST /v1/assign', { protocol: 'openai-chat', handle: answerJson((parts, body) => assign(parts, body)) }],
  [
    'POST /v1/outcomes',
    { protocol: 'openai-chat', handle: answerJson((parts, body) => parts.reportOutcomes(body)) },
  ],
  [`POST ${probePath}`, { protocol: 'openai-chat', handle: probe }],
  [
    'GET /healthz',
    {
      protocol: 'openai-chat',
      handle: ({ response }) => {
        sendJson(response, 200, { status: 'ok' });
      },
    },
  ],
  ['GET /readyz', { protocol: 'openai-chat', handle: ready }],
  ['GET /metrics', { protocol: 'openai-chat', handle: metrics }],
]);

/** What Node itself waits for: a head, and a request as a whole, of whose body we are impatient before that. */
const serverLimits = {
  headersTimeout: 20_000,
  requestTimeout: 90_000,
  connectionsCheckingInterval: 5_000,
};

/** The gateway's HTTP server: Node's own, without a framework (DESIGN section 6). */
export function createGatewayServer(parts: ServerParts): Server {
  return createServer(serverLimits, (request, response) => {
    response.on('error', (error) => {
      if (!response.destroyed) parts.onUnexpected(error); // What is written to a caller that is gone is no fault.
    });
    const share = parts.bodies.open();
    const body = (): Promise<Buffer> =>
      readBody(request, {
        share,
        clock: parts.clock,
        ...(parts.bodyLimits === undefined ? {} : { limits: parts.bodyLimits }),
      });
    const handled = handle({ parts, request, response, body }).finally(() => {
      share.release();
    });
    handled.catch((error: unknown) => {
      response.destroy();
      parts.onUnexpected(error);
    });
  });
}

async function handle(exchange: Exchange): Promise<void> {
  const { request, response, parts } = exchange;
  let protocol: Protocol = 'openai-chat';
  try {
    const route = routeOf(request);
    protocol = route.protocol;
    await route.handle(exchange);
  } catch (error) {
    if (isLeft(request)) return; // In the middle of its own request: there is nobody to answer.
    if (!(error instanceof SluiceError)) parts.onUnexpected(error);
    sendError(response, protocol, error);
  }
}

function routeOf({ method = '', url = '' }: IncomingMessage): Route {
  const what = `${method} ${pathOf(url)}`;
  const route = routes.get(what);
  if (route === undefined) throw noRoute(what);
  return route;
}

function isLeft(request: IncomingMessage): boolean {
  return request.destroyed && !request.complete;
}

function modelRoute(protocol: Protocol): Route {
  return {
    protocol,
    async handle({ parts, request: { headers }, response, body }) {
      await handleModelRequest(parts, protocol, { headers, body: await body() }, response);
    },
  };
}

function answerJson(answer: (parts: ServerParts, body: unknown) => unknown): Handler {
  return async ({ parts, response, body }) => {
    sendJson(response, 200, answer(parts, parseJson(await body())));
  };
}

async function probe({ parts, request, response, body }: Exchange): Promise<void> {
  const asked = parseJson(await body());
  sendJson(response, 200, await answerProbe(parts, request.headers, asked));
}

function listModels({ parts: { view }, response }: Exchange): void {
  const data = view.apps().flatMap((app) => {
    const prompts = [...(view.app(app)?.stable.prompts.keys() ?? [])];
    const names = prompts.length > 1 ? [app, ...prompts.map((prompt) => `${app}/${prompt}`)] : [app];
    return names.map((id) => ({ id, object: 'model', created: 0, owned_by: 'sluice' }));
  });
  sendJson(response, 200, { object: 'list', data });
}

function ready({ parts, response }: Exchange): void {
  const isReady = parts.isReady();
  const viewAgeMs = parts.view.ageMs() ?? null;
  sendJson(response, isReady ? 200 : 503, {
    status: isReady ? 'ready' : 'not ready',
    viewAgeMs,
    splits: parts.view.acks(),
    refusals: parts.view.refusals(),
    ahead: parts.view.ahead(),
    queues: parts.queues(),
  });
}

async function metrics({ parts, response }: Exchange): Promise<void> {
  const { registry } = parts.metrics;
  const text = await registry.metrics();
  response.writeHead(200, { 'content-type': registry.contentType }).end(text);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length })
    .end(bytes);
}

function sendError(response: ServerResponse, protocol: Protocol, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, headers, body } = failureAnswer(protocol, failureFor(error));
  // A body that was not read to its end stands in the connection's way.
  const isRead = response.req.complete;
  response.setHeaders(new Map(Object.entries({ ...headers, ...(isRead ? {} : { connection: 'close' }) })));
  sendJson(response, status, body);
}

/** Some errors have a name of their own in the vendors' APIs. */
function failureFor(error: unknown): ProviderFailure {
  const failure = failureOfError(error);
  const code = error instanceof SluiceError ? error.details['code'] : undefined;
  return typeof code === 'string' ? { ...failure, code } : failure;
}

function noRoute(what: string): SluiceError {
  return new SluiceError('not_found', `There is no ${what}.`, {
    remedy: `There are ${[...routes.keys()].join(', ')}.`,
  });
}
