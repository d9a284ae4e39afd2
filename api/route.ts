import type { z } from 'zod';
import type { Role } from './auth/roles.ts';

/** What a handler is given: everything that crossed the edge, parsed. */
export interface RouteRequest<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  /** Who asks: `token:<name>`. */
  actor: string;
  idempotencyKey: string | undefined;
}

export interface RouteAnswer<Answer> {
  status: number;
  body: Answer;
}

/**
 * One operation of the API. The table of these is all there is: Express serves it, and the OpenAPI document is
 * generated from it, so that the two cannot drift.
 */
export interface Route {
  method: 'get' | 'post';
  /** Path in OpenAPI's form: `/v1/apps/{app}`. */
  path: string;
  operationId: string;
  summary: string;
  role: Role;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  answers: Record<number, { description: string; schema: z.ZodType }>;
  handle: (request: RouteRequest<never, never, never>) => Promise<RouteAnswer<unknown>>;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

interface TypedRoute<
  Params extends z.ZodType | undefined,
  Query extends z.ZodType | undefined,
  Body extends z.ZodType | undefined,
  Answer extends z.ZodType,
> {
  method: 'get' | 'post';
  path: string;
  operationId: string;
  summary: string;
  role: Role;
  params?: Params;
  query?: Query;
  body?: Body;
  answers: Record<number, { description: string; schema: Answer }>;
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
