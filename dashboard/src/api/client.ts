import type { ProblemBody } from './types.ts';

/** What the API answers when it cannot do what was asked (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly body: Partial<ProblemBody>;
  readonly requestId: string | undefined;

  constructor(status: number, body: Partial<ProblemBody>, requestId: string | undefined) {
    super(body.detail ?? `The API answered with status ${status}.`);
    this.status = status;
    this.body = body;
    this.requestId = requestId;
  }
}

/** Nobody answered: the API or the way to it is away, and nothing is known. */
export class ApiAway extends Error {}

export interface DashboardApi {
  get<Body>(path: string, signal?: AbortSignal): Promise<Body>;
  /** Each press has a key of its own, so that what the network sends twice is done once. */
  post<Body>(path: string, body: object, key: string): Promise<Body>;
}

/** An `Idempotency-Key`; `crypto.randomUUID` is there over https only. */
export function newKey(): string {
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const body = (await response.json().catch(() => ({}))) as Partial<ProblemBody>;
  return new ApiProblem(response.status, body, requestId);
}

/** Asks the API by a token. `onRefused` is told of one that is not valid (any more). */
export function createDashboardApi(token: string, onRefused: () => void): DashboardApi {
  async function ask<Body>(path: string, init: RequestInit): Promise<Body> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    headers.set('accept', 'application/json');
    const response = await fetch(path, { ...init, headers, cache: 'no-store' }).catch((error: unknown) => {
      if (init.signal?.aborted === true) throw error;
      throw new ApiAway('The API cannot be reached.', { cause: error });
    });
    if (response.ok) return (await response.json()) as Body;
    const problem = await problemOf(response);
    if (response.status === 401) onRefused();
    throw problem;
  }
  return {
    get: (path, signal) => ask(path, signal === undefined ? {} : { signal }),
    post: (path, body, key) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      }),
  };
}
