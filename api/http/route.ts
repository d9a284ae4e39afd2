import type { Response } from 'express';
import type { z } from 'zod';
import type { Role } from '../../domain/access/roles.ts';
import type { ApiCaller } from '../auth/authenticate.ts';
import type { Needs } from '../auth/authorize.ts';

/** What a handler is given: everything that crossed the edge, parsed. */
export interface RouteRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Who asks, with all that their token says. */
  readonly caller: ApiCaller;
  /** Who asks: `token:<name>`. */
  readonly actor: string;
  readonly role: Role;
  readonly idempotencyKey: string | undefined;
}

export interface RouteAnswer<Answer> {
  readonly status: number;
  readonly body: Answer;
}

interface Operation extends Needs {
  /** Path in OpenAPI's form: `/v1/apps/{app}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
}

/**
 * One operation of the API. The table of these is all there is: Express serves it, and the OpenAPI document is
 * generated from it, so that the two cannot drift.
 */
export interface Route extends Operation {
  readonly method: 'get' | 'post';
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answers: Record<number, { readonly description: string; readonly schema: z.ZodType }>;
  /** `never`: the answer holds a secret, so it is not kept for those who repeat the request. */
  readonly keepAnswer?: 'never';
  readonly handle: (request: RouteRequest<never, never, never>) => Promise<RouteAnswer<unknown>>;
}

/** What a stream of events is opened with. */
export interface EventRequest {
  /** What is in the path; empty where nothing is. */
  readonly params: Readonly<Record<string, string>>;
  readonly caller: ApiCaller;
  /** Of the event that a client heard last, who comes back. */
  readonly lastEventId: string | undefined;
}

/** An operation that is answered by server-sent events, each with the same kind of data. */
export interface EventRoute extends Operation {
  readonly params?: z.ZodType<Readonly<Record<string, string>>>;
  readonly description: string;
  readonly event: z.ZodType;
  /** Answers with events. Throws, before anything is written, where there is nothing to tell of. */
  readonly open: (request: EventRequest, response: Response) => Promise<void>;
}

/** An operation for whoever can prove something else than a token of Sluice. */
export interface PublicRoute {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly method: 'post';
  readonly body: z.ZodType;
  readonly answers: Record<number, { readonly description: string; readonly schema: z.ZodType }>;
  readonly handle: (request: { readonly body: never }) => Promise<RouteAnswer<unknown>>;
}

/** Describes one; the handler's types follow from the schemas. */
export function definePublicRoute<Body extends z.ZodType, Answer extends z.ZodType>(
  route: Omit<PublicRoute, 'method' | 'body' | 'answers' | 'handle'> & {
    readonly body: Body;
    readonly answers: Record<number, { readonly description: string; readonly schema: Answer }>;
    readonly handle: (request: { readonly body: z.output<Body> }) => Promise<RouteAnswer<z.input<Answer>>>;
  },
): PublicRoute {
  return { method: 'post', ...route };
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

interface TypedRoute<
  Params extends z.ZodType | undefined,
  Query extends z.ZodType | undefined,
  Body extends z.ZodType | undefined,
  Answer extends z.ZodType,
> extends Operation {
  readonly method: 'get' | 'post';
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answers: Record<number, { readonly description: string; readonly schema: Answer }>;
  readonly keepAnswer?: 'never';
  readonly handle: (
    request: RouteRequest<Output<Params>, Output<Query>, Output<Body>>,
  ) => Promise<RouteAnswer<z.input<Answer>>>;
}

/** Describes an operation; the handler's types follow from the schemas. */
export function defineRoute<
  Answer extends z.ZodType,
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(route: TypedRoute<Params, Query, Body, Answer>): Route {
  return route as Route;
}
