import { randomUUID } from 'node:crypto';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { SluiceError } from '../../domain/errors.ts';
import { traceContextOf } from '../../program/trace-context.ts';
import { openApiDocument } from '../openapi/document.ts';
import { problemOf } from './problem.ts';
import type { DashboardFile } from '../ui/dashboard-files.ts';
import { dashboardRouter } from '../ui/serve-dashboard.ts';
import type { EventRoute, PublicRoute, Route } from './route.ts';
import { serveEvents, servePublic, serveRoute, type ServingParts } from './serve-route.ts';

export interface Readiness {
  /** Can it do what must not wait: roll back, decide, show? */
  readonly ready: boolean;
  /** What is away: empty when it can do all of its work. */
  readonly away: string[];
}

export interface ApiParts extends ServingParts {
  readonly version: string;
  readonly routes: readonly Route[];
  readonly publicRoutes: readonly PublicRoute[];
  readonly eventRoutes: readonly EventRoute[];
  readonly readiness: () => Promise<Readiness>;
  /** The pages that people look at; empty where none were built. */
  readonly dashboard: ReadonlyMap<string, DashboardFile>;
  /** Requests of one address in a minute. */
  readonly requestsPerMinute: number;
  /** `X-Forwarded-For` of these is where a request comes from, of nobody else. */
  readonly trustedProxies: readonly string[];
  readonly log: Logger;
}

function requestIdOf(response: Response): string {
  return String(response.getHeader('x-request-id'));
}

/** Read from the path: of a request that fails, Express knows the route's parameters no more. */
const concerned = /^\/v1\/(?:releases\/(?<release>rel_\w+)|apps\/(?<app>[^/]+))/;

/** What each line of a request says: which one, of which trace, and of which release or app it asked. */
function logFieldsOf({ method, path, headers }: Request, response: Response): Record<string, unknown> {
  const trace = traceContextOf(headers)?.traceId;
  return { requestId: requestIdOf(response), method, path, trace, ...concerned.exec(path)?.groups };
}

function logAnswered(log: Logger) {
  return (request: Request, response: Response, next: NextFunction) => {
    const begun = performance.now();
    response.on('finish', () => {
      // What fails has a line of its own, and what only reads would be most of all lines.
      if (request.method === 'GET' || response.statusCode >= 400) return;
      const ms = Math.round(performance.now() - begun);
      log.info({ ...logFieldsOf(request, response), status: response.statusCode, ms }, 'done');
    });
    next();
  };
}

function handleErrors(log: Logger) {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, request: Request, response: Response, _next: NextFunction) => {
    const problem = problemOf(thrown, `urn:request:${requestIdOf(response)}`);
    const context = { ...logFieldsOf(request, response), code: problem.code };
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
    const { ready, away } = await parts.readiness();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', away });
  });
}

function limitRate(requestsPerMinute: number) {
  return rateLimit({
    windowMs: 60_000,
    limit: requestsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: () => {
      throw new SluiceError('rate_limited', `More than ${requestsPerMinute} requests in a minute.`, {
        remedy: 'Wait as long as Retry-After says; follow a release by its events instead of asking again.',
      });
    },
  });
}

/** `/v1/apps/{app}` as Express writes it. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** The control plane as an Express application; everything it needs is passed in. */
export function createServer(parts: ApiParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', [...parts.trustedProxies]);
  app.use(helmet());
  app.use((_request, response, next) => {
    response.setHeader('x-request-id', randomUUID());
    // A stream may be written to a caller that has just gone: without a listener that would be an uncaught exception.
    response.on('error', (error) => {
      if (!response.destroyed) parts.log.error({ err: error }, 'an answer could not be written');
    });
    next();
  });
  app.use(logAnswered(parts.log));
  addHealth(app, parts);
  const document = openApiDocument(parts);
  app.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  // Files out of memory, which somebody who is over their limit may still need.
  app.use(dashboardRouter(parts.dashboard));
  app.use(limitRate(parts.requestsPerMinute));
  for (const route of parts.eventRoutes) app.get(expressPath(route.path), serveEvents(route, parts));
  for (const route of parts.publicRoutes) app.post(expressPath(route.path), servePublic(route, parts));
  for (const route of parts.routes) app[route.method](expressPath(route.path), serveRoute(route, parts));
  app.use((request: Request) => {
    throw new SluiceError('not_found', `There is no ${request.method} ${request.path}.`, {
      remedy: 'GET /openapi.json lists what there is.',
    });
  });
  app.use(handleErrors(parts.log));
  return app;
}
