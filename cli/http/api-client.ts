import { z } from 'zod';
import { isErrorCode, messageOf, SluiceError } from '../../domain/errors.ts';
import { foreign } from '../output/printable.ts';
import type { CliSettings } from '../settings.ts';
import { createCiToken } from './ci-token.ts';

/** Answers come marked as the words of others (`foreign`), to be put into lines. */
export interface ApiClient {
  get<Answer>(path: string): Promise<Answer>;
  /** As it was written, to the letter: for files, and for what is computed with or sent again. */
  read<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body: unknown, idempotencyKey?: string): Promise<Answer>;
  /** An open stream of server-sent events. Throws as the others do. */
  stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

const usualTimeoutMs = 30_000;

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

/** Not so of a run of CI that is not trusted: there the API says what does not fit. */
function isAboutToken(detail = ''): boolean {
  return !detail.startsWith('The token of CI');
}

async function problemOf(response: Response): Promise<SluiceError> {
  const problem = problemSchema.parse(foreign(await response.json().catch(() => undefined)));
  const { status } = response;
  // Without a problem of ours, it was a proxy that answered.
  const code = isErrorCode(problem.code) ? problem.code : status >= 500 ? 'unreachable' : 'internal';
  const remedy =
    code === 'unauthenticated' && isAboutToken(problem.detail)
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

/**
 * A client of the control plane: with the token that it is told, or else with one that a run of CI gets for its own.
 * Throws `usage` where it is not told where that is.
 */
export function createApiClient(
  settings: Pick<CliSettings, 'apiUrl' | 'token'> & Partial<Pick<CliSettings, 'ci'>>,
  { timeoutMs = usualTimeoutMs }: { readonly timeoutMs?: number } = {},
): ApiClient {
  const { apiUrl, token, ci } = settings;
  if (apiUrl === undefined) {
    throw new SluiceError('usage', 'It is not known where the API is.', {
      remedy: 'Set SLUICE_API_URL, or run this in the folder where `sluice up` runs.',
    });
  }
  const base = apiUrl.replace(/\/$/, '');
  const accept = { accept: 'application/json' };
  const ofRun =
    token === undefined && ci !== undefined
      ? createCiToken(ci, { apiUrl: base, exchange: (body) => post('/v1/tokens/exchange', body, accept) })
      : undefined;

  async function headers(): Promise<Record<string, string>> {
    const bearer = token ?? (await ofRun?.());
    return { ...accept, ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) };
  }

  async function send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(base + path, init).catch((error: unknown) => {
      throw unreachable(base, error);
    });
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  async function post<Answer>(path: string, body: unknown, more: Record<string, string>): Promise<Answer> {
    const response = await send(path, {
      method: 'POST',
      headers: { ...more, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return readJson<Answer>(response);
  }

  async function read<Answer>(path: string): Promise<Answer> {
    const response = await send(path, { headers: await headers(), signal: AbortSignal.timeout(timeoutMs) });
    return readJson<Answer>(response);
  }

  return {
    read,
    get: async <Answer>(path: string) => foreign(await read<Answer>(path)),
    async post<Answer>(path: string, body: unknown, idempotencyKey?: string) {
      const key = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
      return foreign(await post<Answer>(path, body, { ...(await headers()), ...key }));
    },
    async stream(path, signal) {
      const accepting = { ...(await headers()), accept: 'text/event-stream' };
      const response = await send(path, { headers: accepting, signal });
      if (response.body === null) throw unreachable(base, new Error('an empty answer'));
      return response.body;
    },
  };
}
