import { randomUUID } from 'node:crypto';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { SluiceError } from '../domain/errors.ts';
import { authenticate, type FindToken } from './auth/authenticate.ts';
import { onceByKey, type IdempotencyStore } from './idempotency.ts';
import type { ApiMetrics } from './metrics.ts';
import { openApiDocument } from './openapi/document.ts';
import { problemOf } from './problem.ts';
import type { Route } from './route.ts';
import type { StreamReleaseEvents } from './routes/release-events.ts';

export interface ApiParts {
  version: string;
  routes: readonly Route[];
  findToken: FindToken;
  idempotency: IdempotencyStore;
  streamReleaseEvents: StreamReleaseEvents;
  /** Names what is away: empty when the API can do all of its work. */
  readiness: () => Promise<string[]>;
  metrics: ApiMetrics;
  log: Logger;
}

/** Turns a route of the table into an Express handler: authenticate, parse, act once, answer. */
function handlerOf(route: Route, parts: ApiParts) {
  return async (request: Request, response: Response) => {
    const startedAt = performance.now();
    response.on('finish', () => {
      parts.metrics.observe(route.operationId, response.statusCode, performance.now() - startedAt);
    });
    const caller = await authenticate(parts.findToken, request.get('authorization'), route.role);
    const params = route.params?.parse(request.params);
    const query = route.query?.parse(request.query);
    const body = route.body?.parse(request.body ?? {});
    const key = route.method === 'post' ? request.get('idempotency-key') : undefined;
    const scope = `${caller.actor} ${route.method} ${request.path}`;
    const parsed = { params, query, body, actor: caller.actor, idempotencyKey: key };
    const answer = await onceByKey(parts.idempotency, { scope, key, body }, () =>
      route.handle(parsed as never),
    );
    response.status(answer.status).json(answer.body);
  };
}

function handleErrors(log: Logger) {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, request: Request, response: Response, _next: NextFunction) => {
    const requestId = String(response.getHeader('x-request-id'));
    const problem = problemOf(thrown, `urn:request:${requestId}`);
    const context = { requestId, code: problem.code, method: request.method, path: request.path };
    if (problem.status >= 500) log.error({ ...context, err: thrown }, problem.detail);
    else log.info(context, problem.detail);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}

function addHealth(app: Express, parts: ApiParts) {
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok', version: parts.version });
  });
  app.get('/readyz', async (_request, response) => {
    const away = await parts.readiness();
    response
      .status(away.length === 0 ? 200 : 503)
      .json({ status: away.length === 0 ? 'ready' : 'not ready', away });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics());
  });
}

/** The control plane as an Express application; everything it needs is passed in. */
export function createServer(parts: ApiParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(helmet());
  app.use((_request, response, next) => {
    response.setHeader('x-request-id', randomUUID());
    next();
  });
  addHealth(app, parts);
  const document = openApiDocument(parts.routes, parts.version);
  app.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  app.use(rateLimit({ windowMs: 60_000, limit: 3000, standardHeaders: 'draft-8', legacyHeaders: false }));
  app.get('/v1/releases/:id/events', async (request, response) => {
    await authenticate(parts.findToken, request.get('authorization'), 'viewer');
    await parts.streamReleaseEvents(request.params.id, request, response);
  });
  app.use(express.json({ limit: '2mb' }));
  for (const route of parts.routes)
    app[route.method](route.path.replaceAll(/\{(\w+)\}/g, ':$1'), handlerOf(route, parts));
  app.use((request: Request) => {
    throw new SluiceError('not_found', `There is no ${request.method} ${request.path}.`, {
      remedy: 'GET /openapi.json lists what there is.',
    });
  });
  app.use(handleErrors(parts.log));
  return app;
}
