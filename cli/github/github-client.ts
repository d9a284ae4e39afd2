import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { GithubRun } from './github-run.ts';

/** Asks GitHub's REST API about the run's repository. */
export interface GithubClient {
  /** Throws `forbidden` where the token may not, and `unreachable` where GitHub does not answer as it says. */
  request(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<unknown>;
}

const timeoutMs = 15_000;

/** The client of a run that has a token. Paths begin behind the API's address: `/repos/…`. */
export function createGithubClient({
  apiUrl,
  token,
}: Pick<GithubRun, 'apiUrl'> & { readonly token: string }): GithubClient {
  return {
    async request(method, path, body) {
      const response = await fetch(apiUrl + path, {
        method,
        headers: {
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
          'user-agent': 'sluice',
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((cause: unknown) => {
        throw new SluiceError('unreachable', `GitHub did not answer: ${messageOf(cause)}.`, { cause });
      });
      if (response.ok) return response.json();
      throw refused(response.status, `${method} ${path}`, await response.text());
    },
  };
}

function refused(status: number, what: string, said: string): SluiceError {
  const code = status === 401 || status === 403 || status === 404 ? 'forbidden' : 'unreachable';
  return new SluiceError(code, `GitHub answered ${status} to ${what}: ${said.slice(0, 200)}`, {
    details: { status },
  });
}
