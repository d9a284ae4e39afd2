import express, { type Request, type RequestHandler, type Response } from 'express';
import { SluiceError } from '../domain/errors.ts';
import { assertBoundedJson } from '../domain/json-bounds.ts';
import { authenticate, type FindToken } from './auth/authenticate.ts';
import { onceByKey, type IdempotencyStore } from './idempotency.ts';
import type { ApiMetrics } from './metrics.ts';
import { parseRequest } from './parse-request.ts';
import type { EventRoute, Route } from './route.ts';

export interface ServingParts {
  findToken: FindToken;
  idempotency: IdempotencyStore;
  metrics: ApiMetrics;
}

const parseJson: RequestHandler = express.json({
  limit: '2mb',
  verify: (_request, _response, body) => {
    assertBoundedJson(body, 'The body');
  },
});

/** The JSON of a request's body; an empty one is an empty object. Throws what body-parser throws. */
async function readBody(request: Request, response: Response): Promise<unknown> {
  await new Promise<void>((resolve, reject) => {
    parseJson(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('The body cannot be read.', { cause: error }));
    });
  });
  const body: unknown = request.body;
  if (body !== undefined) return body;
  if (request.get('content-length') === undefined || request.get('content-length') === '0') return {};
  throw new SluiceError('invalid_request', 'The body is not marked as JSON.', {
    remedy: 'Send it with content-type application/json.',
  });
}

function observeRequest(metrics: ApiMetrics, operationId: string, response: Response): void {
  const startedAt = performance.now();
  response.on('finish', () => {
    metrics.observe(operationId, response.statusCode, performance.now() - startedAt);
  });
}

/**
 * A route of the table as an Express handler: authenticate, read, parse, act once, answer. Nothing of a body is read
 * for a caller who may not do this.
 */
export function serveRoute(route: Route, parts: ServingParts): RequestHandler {
  return async (request, response) => {
    observeRequest(parts.metrics, route.operationId, response);
    const { actor, role } = await authenticate(parts.findToken, request.get('authorization'), route.role);
    const params = route.params && parseRequest(route.params, request.params);
    const query = route.query && parseRequest(route.query, request.query);
    const sent = route.body && (await readBody(request, response));
    const body = route.body && parseRequest(route.body, sent);
    const idempotencyKey = route.method === 'post' ? request.get('idempotency-key') : undefined;
    const act = () => route.handle({ params, query, body, actor, role, idempotencyKey } as never);
    const scope = `${actor} ${route.method} ${request.path}`;
    const answer =
      route.keepAnswer === 'never'
        ? await act()
        : // As it was sent: what a later version of the API makes of the same body is no other request.
          await onceByKey(parts.idempotency, { scope, key: idempotencyKey, body: sent }, act);
    response.status(answer.status).json(answer.body);
  };
}

/** A stream of events as an Express handler. */
export function serveEvents(route: EventRoute, parts: ServingParts): RequestHandler {
  return async (request, response) => {
    observeRequest(parts.metrics, route.operationId, response);
    await authenticate(parts.findToken, request.get('authorization'), route.role);
    const { id } = parseRequest(route.params, request.params);
    await route.open(id, response);
  };
}
