import type { Response } from 'express';
import type { z } from 'zod';
import type { Role } from '../../domain/access/roles.ts';
import type { ApiCaller } from '../auth/authenticate.ts';
import type { Needs } from '../auth/authorize.ts';

/** What a handler is given: everything that crossed the edge, parsed. */
export interface RouteRequest<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  /** Who asks, with all that their token says. */
  caller: ApiCaller;
  /** Who asks: `token:<name>`. */
  actor: string;
  role: Role;
  idempotencyKey: string | undefined;
}

export interface RouteAnswer<Answer> {
  status: number;
  body: Answer;
}

interface Operation extends Needs {
  /** Path in OpenAPI's form: `/v1/apps/{app}`. */
  path: string;
  operationId: string;
  summary: string;
}

/**
 * One operation of the API. The table of these is all there is: Express serves it, and the OpenAPI document is
 * generated from it, so that the two cannot drift.
 */
export interface Route extends Operation {
  method: 'get' | 'post';
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  answers: Record<number, { description: string; schema: z.ZodType }>;
  /** `never`: the answer holds a secret, so it is not kept for those who repeat the request. */
  keepAnswer?: 'never';
  handle: (request: RouteRequest<never, never, never>) => Promise<RouteAnswer<unknown>>;
}

/** An operation that is answered by server-sent events, each with the same kind of data. */
export interface EventRoute extends Operation {
  /** Has the one parameter `id`. */
  params: z.ZodType<{ id: string }>;
  description: string;
  event: z.ZodType;
  /** Answers with the events of one thing. Throws, before anything is written, where there is no such thing. */
  open: (id: string, response: Response) => Promise<void>;
}

/** An operation for whoever can prove something else than a token of Sluice. */
export interface PublicRoute {
  path: string;
  operationId: string;
  summary: string;
  method: 'post';
  body: z.ZodType;
  answers: Record<number, { description: string; schema: z.ZodType }>;
  handle: (request: { body: never }) => Promise<RouteAnswer<unknown>>;
}

/** Describes one; the handler's types follow from the schemas. */
export function definePublicRoute<Body extends z.ZodType, Answer extends z.ZodType>(
  route: Omit<PublicRoute, 'method' | 'body' | 'answers' | 'handle'> & {
    body: Body;
    answers: Record<number, { description: string; schema: Answer }>;
    handle: (request: { body: z.output<Body> }) => Promise<RouteAnswer<z.input<Answer>>>;
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
  method: 'get' | 'post';
  params?: Params;
  query?: Query;
  body?: Body;
  answers: Record<number, { description: string; schema: Answer }>;
  keepAnswer?: 'never';
  handle: (
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
