import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReleaseDetail } from '../../api/schemas/releases.ts';

export interface Received {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

export type Answer = (response: ServerResponse, request: Received) => void;

export interface FakeApi {
  readonly url: string;
  readonly received: Received[];
  /** How each path is answered, as `GET /v1/…`; each release has the id that is asked for, all else is 404. */
  readonly answers: Map<string, Answer>;
}

/** The control plane's HTTP side as a script; gives a test file one, fresh for every test. */
export function useFakeApi(): FakeApi {
  const received: Received[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
      const { method = '', url: path = '', headers } = request;
      const got = { method, path, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
      received.push(got);
      const answer =
        answers.get(`${method} ${path}`) ?? namedAlike(path) ?? problem(404, 'not_found', `No ${path} here.`);
      answer(response, got);
    })();
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server's address is one
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    received.length = 0;
    answers.clear();
  });
  return {
    get url() {
      return url;
    },
    received,
    answers,
  };
}

function namedAlike(path: string): Answer | undefined {
  const { pathname, searchParams } = new URL(path, 'http://api');
  const id = searchParams.get('named');
  if (pathname !== '/v1/releases' || id === null) return undefined;
  return json(200, { items: [releaseOf({ id })] });
}

export function json(status: number, body: unknown): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

export function problem(status: number, code: string, detail: string, more: object = {}): Answer {
  return json(status, { type: 'about:blank', title: code, status, code, detail, ...more });
}

/** A stream of a release's events: `end` for the last of `releases` where it is closed, then left as `then` says. */
export function events(
  releases: readonly ReleaseDetail[],
  then: 'open' | 'broken' | 'ended' = 'open',
): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const release of releases) {
      const name = release.closedAt === undefined ? 'release' : 'end';
      response.write(`: beat\n\nevent: ${name}\ndata: ${JSON.stringify(release)}\n\n`);
    }
    if (then === 'ended') response.end();
    if (then === 'broken') setImmediate(() => response.destroy());
  };
}

/** A release as the API shows it. */
export function releaseOf(change: Partial<ReleaseDetail>): ReleaseDetail {
  return {
    id: 'r1',
    app: 'my-app',
    environment: 'production',
    revision: `rev_${'0'.repeat(64)}`,
    label: 'my-app-v1',
    planName: 'default',
    planDigest: 'd',
    state: 'progressing',
    progress: {},
    weight: 0,
    actor: 'token:ci',
    workflowId: 'release/my-app',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    stages: [],
    ...change,
  };
}

/** The same, closed. */
export function closedAs(state: ReleaseDetail['state'], change: Partial<ReleaseDetail> = {}): ReleaseDetail {
  return releaseOf({ state, closedAt: '2026-01-01T00:10:00.000Z', ...change });
}
