import express, { type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { assertBoundedJson } from '../../domain/json-bounds.ts';
import { assertNoReservedKey } from '../../domain/reserved-key.ts';
import { authenticate, bearerOf, type ApiCaller, type FindToken } from '../auth/authenticate.ts';
import { assertOwnApp, authorize, type Needs } from '../auth/authorize.ts';
import type { SlowDown } from '../auth/slow-down.ts';
import type { TokenWatch } from '../auth/token-watch.ts';
import { onceByKey, type IdempotencyStore } from './idempotency.ts';
import type { ApiMetrics } from '../metrics.ts';
import { parseRequest } from './parse-request.ts';
import type { EventRoute, PublicRoute, Route } from './route.ts';

export interface ServingParts {
  readonly findToken: FindToken;
  /** Notes that a token was used; never throws. */
  readonly noteUse: (tokenId: string) => void;
  readonly appOfRelease: (id: string) => Promise<string | undefined>;
  /** Notes in the audit log who reads content, before it is answered. */
  readonly noteRead: (read: {
    readonly actor: string;
    readonly operation: string;
    readonly path: string;
    readonly releaseId?: string;
  }) => Promise<void>;
  readonly slowDown: SlowDown;
  readonly tokenWatch: TokenWatch;
  readonly idempotency: IdempotencyStore;
  readonly metrics: ApiMetrics;
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
  assertNoReservedKey(body, 'The body');
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

/** How long a noted use stands for those after it, in milliseconds. */
const usedForMs = 60_000;

/** The caller, who may do this. Who sends what is no token hears so the later, the more often they do. */
async function callerOf(request: Request, needs: Needs, parts: ServingParts): Promise<ApiCaller> {
  const token = bearerOf(request.get('authorization'));
  const { lastUsedAt, ...caller } = await authenticate(parts.findToken, token).catch(
    async (error: unknown) => {
      if (error instanceof SluiceError && error.code === 'unauthenticated') {
        await parts.slowDown.wrong(request.ip ?? '');
      }
      throw error;
    },
  );
  if (lastUsedAt === undefined || Date.now() - Date.parse(lastUsedAt) > usedForMs)
    parts.noteUse(caller.tokenId);
  authorize(caller, needs);
  return caller;
}

const text = z.string().optional().catch(undefined);
const appNames = z.object({ app: text, name: text, id: text }).catch({});

/** The app that a request is about. */
async function appOf(
  { concerns }: Needs,
  sent: { readonly params?: unknown; readonly body?: unknown },
  parts: ServingParts,
): Promise<string | undefined> {
  const [params, body] = [appNames.parse(sent.params), appNames.parse(sent.body)];
  switch (concerns) {
    case 'path.app':
      return params.app;
    case 'body.app':
      return body.app;
    case 'body.name':
      return body.name;
    case 'path.release':
      return params.id === undefined ? undefined : parts.appOfRelease(params.id);
    case 'all':
    case 'listed':
      return undefined;
  }
}

/** A token of some apps is held to them; where an answer lists, its handler does that. Throws `forbidden`. */
async function assertConcernsCaller(
  caller: ApiCaller,
  needs: Needs,
  sent: { readonly params?: unknown; readonly body?: unknown },
  parts: ServingParts,
): Promise<void> {
  if (caller.apps === undefined || needs.concerns === 'listed') return;
  assertOwnApp(caller, await appOf(needs, sent, parts));
}

/** Who reads content stands in the audit log first: what cannot be noted is not shown. */
async function noteRead(
  { operationId: operation, concerns }: Route,
  { actor }: ApiCaller,
  { path, params }: { readonly path: string; readonly params: unknown },
  parts: ServingParts,
): Promise<void> {
  const { id } = appNames.parse(params);
  const about = concerns === 'path.release' && id !== undefined ? { releaseId: id } : {};
  await parts.noteRead({ actor, operation, path, ...about });
}

/**
 * A route of the table as an Express handler: authenticate, read, parse, act once, answer. Nothing of a body is read
 * for a caller who may not do this.
 */
export function serveRoute(route: Route, parts: ServingParts): RequestHandler {
  return async (request, response) => {
    observeRequest(parts.metrics, route.operationId, response);
    const caller = await callerOf(request, route, parts);
    const { actor, role } = caller;
    const params = route.params && parseRequest(route.params, request.params);
    const query = route.query && parseRequest(route.query, request.query);
    if (!route.concerns.startsWith('body.')) await assertConcernsCaller(caller, route, { params }, parts);
    const sent = route.body && (await readBody(request, response));
    const body = route.body && parseRequest(route.body, sent);
    if (route.concerns.startsWith('body.')) await assertConcernsCaller(caller, route, { body }, parts);
    if (route.content === true) await noteRead(route, caller, { path: request.path, params }, parts);
    const idempotencyKey = route.method === 'post' ? request.get('idempotency-key') : undefined;
    const act = () => route.handle({ params, query, body, caller, actor, role, idempotencyKey } as never);
    const scope = `${actor} ${route.method} ${request.path}`;
    const answer =
      route.keepAnswer === 'never'
        ? await act()
        : // As it was sent: what a later version of the API makes of the same body is no other request.
          await onceByKey(parts.idempotency, { scope, key: idempotencyKey, body: sent }, act);
    response.status(answer.status).json(answer.body);
  };
}

/** An operation that needs no token: what it is sent is the proof itself. */
export function servePublic(route: PublicRoute, parts: ServingParts): RequestHandler {
  return async (request, response) => {
    observeRequest(parts.metrics, route.operationId, response);
    const body = parseRequest(route.body, await readBody(request, response));
    const { status, body: answer } = await route.handle({ body } as never).catch(async (error: unknown) => {
      if (error instanceof SluiceError && error.code === 'unauthenticated') {
        await parts.slowDown.wrong(request.ip ?? '');
      }
      throw error;
    });
    response.status(status).json(answer);
  };
}

/** A stream of events as an Express handler; it ends with the token that it was opened with. */
export function serveEvents(route: EventRoute, parts: ServingParts): RequestHandler {
  return async (request, response) => {
    observeRequest(parts.metrics, route.operationId, response);
    const caller = await callerOf(request, route, parts);
    const params = route.params === undefined ? {} : parseRequest(route.params, request.params);
    await assertConcernsCaller(caller, route, { params }, parts);
    const unwatch = parts.tokenWatch.watch(caller.tokenId, () => {
      // Who takes nothing would never let it end.
      if (response.writableNeedDrain) response.destroy();
      else response.end();
    });
    response.on('close', unwatch);
    await route.open({ params, caller, lastEventId: request.get('last-event-id') }, response);
  };
}
