import { z } from 'zod';
import { isErrorCode, messageOf, SluiceError } from '../../domain/errors.ts';
import type { CliSettings } from '../settings.ts';

export interface ApiClient {
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body: unknown, idempotencyKey?: string): Promise<Answer>;
  /** An open stream of server-sent events. Throws as the others do. */
  stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

const timeoutMs = 30_000;

function unreachable(apiUrl: string, cause: unknown): SluiceError {
  const reason =
    cause instanceof Error && cause.cause !== undefined ? messageOf(cause.cause) : messageOf(cause);
  return new SluiceError(
    'unreachable',
    `The API at ${apiUrl} did not answer: ${reason || 'no connection'}.`,
    {
      remedy:
        'Start it with `sluice up`, or set SLUICE_API_URL. `sluice rollback --direct` works without it.',
      cause,
    },
  );
}

/** What the command uses of a problem; a proxy in between may have answered anything. */
const problemSchema = z
  .object({
    code: z.string(),
    detail: z.string(),
    remedy: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
  })
  .partial()
  .catch({});

/** What the API says is wrong, with the fields that are. */
function sentenceOf(problem: z.infer<typeof problemSchema>, status: number): string {
  const fields = (problem.errors ?? []).map(({ path, message }) => `\n  ${path}: ${message}`);
  return `${problem.detail ?? `The API answered ${status}.`}${fields.join('')}`;
}

async function problemOf(response: Response): Promise<SluiceError> {
  const problem = problemSchema.parse(await response.json().catch(() => undefined));
  const { status } = response;
  // Without a problem of ours, it was a proxy that answered.
  const code = isErrorCode(problem.code) ? problem.code : status >= 500 ? 'unreachable' : 'internal';
  const remedy =
    code === 'unauthenticated'
      ? 'Set SLUICE_TOKEN to a valid token; `sluice up --new-token` prints one.'
      : problem.remedy;
  return new SluiceError(code, sentenceOf(problem, status), {
    ...(remedy === undefined ? {} : { remedy }),
    details: { status },
  });
}

async function readJson<Answer>(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer;
  } catch (cause) {
    throw new SluiceError('unreachable', `${response.url} answered something that is not JSON.`, {
      remedy: 'Check SLUICE_API_URL: it names the API, not a gateway or a web page.',
      cause,
    });
  }
}

/** A client of the control plane. Throws `usage` where it is not told where that is. */
export function createApiClient(settings: Pick<CliSettings, 'apiUrl' | 'token'>): ApiClient {
  const { apiUrl, token } = settings;
  if (apiUrl === undefined) {
    throw new SluiceError('usage', 'It is not known where the API is.', {
      remedy: 'Set SLUICE_API_URL, or run this in the folder where `sluice up` runs.',
    });
  }
  const base = apiUrl.replace(/\/$/, '');
  const headers = {
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };

  async function send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(base + path, init).catch((error: unknown) => {
      throw unreachable(base, error);
    });
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  return {
    async get<Answer>(path: string) {
      const response = await send(path, { headers, signal: AbortSignal.timeout(timeoutMs) });
      return readJson<Answer>(response);
    },
    async post<Answer>(path: string, body: unknown, idempotencyKey?: string) {
      const response = await send(path, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return readJson<Answer>(response);
    },
    async stream(path, signal) {
      const response = await send(path, { headers: { ...headers, accept: 'text/event-stream' }, signal });
      if (response.body === null) throw unreachable(base, new Error('an empty answer'));
      return response.body;
    },
  };
}
