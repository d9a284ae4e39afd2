import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SluiceError } from '../domain/errors.ts';
import { judgePath } from '../domain/evaluation/judge-question.ts';
import { probePath } from '../domain/revision/target-probe.ts';
import { assign } from './assign/assign.ts';
import type { ReportOutcomes } from './assign/outcomes.ts';
import { requireScope, visibleApps, type Caller } from './callers/caller.ts';
import type { Identify } from './callers/identify.ts';
import type { Quotas } from './callers/quotas.ts';
import type { RequireHost } from './edge/allowed-hosts.ts';
import type { TakeFeedback } from './feedback/take-feedback.ts';
import { requireJson } from './edge/media-type.ts';
import { answerJudge, type AnswerJudgeParts } from './models/answer-judge.ts';
import type { Embedder } from './models/embed.ts';
import { answerProbe } from './probe/answer-probe.ts';
import type { BodyBudget, BodyShare } from './body-budget.ts';
import { readBody, type BodyLimits } from './read-body.ts';
import { pathOf } from './request-path.ts';
import { handleModelRequest, type HandleParts } from './routing/handle-model-request.ts';
import { parseJson } from './routing/incoming.ts';
import { answerSplit } from './split/answer-split.ts';
import { sendError } from './send-error.ts';
import { sendJson } from './send-json.ts';
import type { ClientAcks } from './split/client-acks.ts';
import type { SplitStreams } from './split/split-streams.ts';
import { protocols, type Protocol } from '../protocols/request.ts';
import { inboundCodec } from '../protocols/registry.ts';

export interface ServerParts extends HandleParts, Pick<AnswerJudgeParts, 'bound' | 'judgeCall'> {
  readonly embed: Embedder['embed'];
  readonly identify: Identify;
  readonly quotas: Quotas;
  readonly requireHost: RequireHost;
  readonly bodies: BodyBudget;
  readonly bodyLimits?: BodyLimits;
  readonly reportOutcomes: ReportOutcomes;
  readonly takeFeedback: TakeFeedback;
  readonly splitStreams: Pick<SplitStreams, 'open'>;
  readonly clientAcks: Pick<ClientAcks, 'take'>;
  /** May this gateway be sent requests: has it anything to serve, and is it not stopping? */
  readonly isReady: () => boolean;
}

interface Arrival {
  readonly parts: ServerParts;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What its body takes of the budget: given back once it is answered. */
  readonly share: BodyShare;
  readonly body: () => Promise<Buffer>;
}

interface Exchange extends Arrival {
  readonly caller: Caller;
}

interface Route {
  /** Whose form errors have. */
  readonly protocol: Protocol;
  readonly handle: (exchange: Exchange) => Promise<void> | void;
}

/** What whoever watches a gateway from outside may ask: it says nothing of it. */
const signs: ReadonlyMap<string, (arrival: Arrival) => void> = new Map([
  [
    'GET /healthz',
    ({ response }: Arrival) => {
      sendJson(response, 200, { status: 'ok' });
    },
  ],
  [
    'GET /readyz',
    ({ parts, response }: Arrival) => {
      const isReady = parts.isReady();
      sendJson(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready' });
    },
  ],
]);

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ...protocols.map(
    (protocol) => [`POST ${inboundCodec(protocol).gatewayPath}`, modelRoute(protocol)] as const,
  ),
  ['GET /v1/models', { protocol: 'openai-chat', handle: listModels }],
  ['POST /v1/assign', jsonRoute(({ parts, caller }, body) => assign(parts, caller, body))],
  ['POST /v1/outcomes', jsonRoute(({ parts, caller }, body) => parts.reportOutcomes(caller, body))],
  ['GET /v1/split', { protocol: 'openai-chat', handle: ({ parts, ...asked }) => answerSplit(parts, asked) }],
  ['POST /v1/split/acks', jsonRoute(({ parts, caller }, body) => parts.clientAcks.take(caller, body))],
  ['POST /v1/embeddings', { protocol: 'openai-chat', handle: embed }],
  ['POST /v1/feedback', jsonRoute(({ parts, caller }, body) => parts.takeFeedback(caller, body))],
  [`POST ${probePath}`, { protocol: 'openai-chat', handle: probe }],
  [`POST ${judgePath}`, { protocol: 'openai-chat', handle: judge }],
]);

/** What Node itself waits for: a head, and a request as a whole, of whose body we are impatient before that. */
const serverLimits = {
  headersTimeout: 20_000,
  requestTimeout: 90_000,
  connectionsCheckingInterval: 5_000,
  // Longer than load balancers and clients keep theirs (60 s): a connection that we close while a request is on its way
  // is an error for its caller.
  keepAliveTimeout: 75_000,
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
    handle({ parts, request, response, share, body }).catch((error: unknown) => {
      response.destroy();
      parts.onUnexpected(error);
    });
  });
}

// Each `async` function on an answer's way costs it some 0.3 us: there is one where something is waited for.

async function handle(arrival: Arrival): Promise<void> {
  const { request, response, parts, share } = arrival;
  let protocol: Protocol = 'openai-chat';
  let end: (() => void) | undefined;
  try {
    const what = whatOf(request);
    const sign = signs.get(what);
    if (sign !== undefined) {
      sign(arrival);
      return;
    }
    parts.requireHost(request);
    const route = routeOf(what);
    protocol = route.protocol;
    const caller = parts.identify(askingOf(request));
    if (request.method === 'POST') requireJson(request.headers);
    end = parts.quotas.begin(caller);
    await route.handle({ ...arrival, caller });
  } catch (error) {
    if (isLeft(request)) return; // In the middle of its own request: there is nobody to answer.
    if (!(error instanceof SluiceError)) parts.onUnexpected(error);
    sendError(response, protocol, error, parts.clock);
  } finally {
    end?.();
    share.release();
  }
}

function askingOf({ headers, socket }: IncomingMessage) {
  return { headers, address: socket.remoteAddress ?? '' };
}

function whatOf({ method = '', url = '' }: IncomingMessage): string {
  return `${method} ${pathOf(url)}`;
}

function routeOf(what: string): Route {
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
    handle({ parts, caller, request: { headers }, response, body }) {
      requireScope(caller, 'call');
      return handleModelRequest(parts, protocol, { caller, headers, body }, response);
    },
  };
}

function jsonRoute(answerTo: (exchange: Exchange, body: unknown) => unknown): Route {
  return {
    protocol: 'openai-chat',
    async handle(exchange) {
      sendJson(exchange.response, 200, await answerTo(exchange, parseJson(await exchange.body())));
    },
  };
}

async function probe({ parts, request, response, body }: Exchange): Promise<void> {
  const asked = parseJson(await body());
  sendJson(response, 200, await answerProbe(parts, request.headers, asked));
}

async function judge({ parts, request, response, body }: Exchange): Promise<void> {
  const asked = parseJson(await body());
  sendJson(response, 200, await answerJudge(parts, request.headers, asked, leftSignal(response)));
}

async function embed({ parts, caller, response, body }: Exchange): Promise<void> {
  const asked = parseJson(await body());
  const answer = await parts.embed(caller, asked, leftSignal(response));
  if ('headers' in answer) response.setHeaders(new Map(Object.entries(answer.headers)));
  sendJson(response, answer.status, answer.body);
}

/** Aborts where the caller goes away before the answer is there. */
function leftSignal(response: ServerResponse): AbortSignal {
  const left = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) left.abort();
  });
  return left.signal;
}

function listModels({ parts: { view }, caller, response }: Exchange): void {
  requireScope(caller, 'call');
  const data = visibleApps(caller, view.apps()).flatMap((app) => {
    const prompts = [...(view.app(app)?.stable.prompts.keys() ?? [])];
    const names = prompts.length > 1 ? [app, ...prompts.map((prompt) => `${app}/${prompt}`)] : [app];
    return names.map((id) => ({ id, object: 'model', created: 0, owned_by: 'sluice' }));
  });
  sendJson(response, 200, { object: 'list', data });
}

function noRoute(what: string): SluiceError {
  return new SluiceError('not_found', `There is no ${what}.`, {
    remedy: `There are ${[...routes.keys(), ...signs.keys()].join(', ')}.`,
  });
}
