import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';

/** A request that came, by its route in GitHub's description. */
export interface AskedOfGithub {
  readonly route: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

export interface TestComment {
  id: number;
  body: string;
  html_url: string;
  user: { login: string; type: string };
}

/** GitHub's REST API as far as Sluice uses it: it holds what it is told, and takes no request that its description does not. */
export interface TestGithub {
  readonly url: string;
  readonly asked: AskedOfGithub[];
  /** What was wrong with requests, a sentence each. */
  readonly wrong: string[];
  readonly comments: Map<number, TestComment[]>;
  readonly pulls: {
    readonly number: number;
    readonly head: { readonly sha: string; readonly label: string };
  }[];
  /** Refuses writes, as it does a token of a pull request from a fork. */
  readOnly: boolean;
  /** Whose token it is; undefined for that of a run, which is a bot's. */
  login: string | undefined;
  reset(): void;
  close(): Promise<void>;
}

const recordedSchema = z.object({
  requests: z.record(
    z.string(),
    z.object({
      parameters: z.array(
        z.looseObject({
          name: z.string(),
          in: z.enum(['path', 'query', 'header']),
          required: z.boolean().optional(),
          schema: z.record(z.string(), z.json()),
        }),
      ),
      body: z.record(z.string(), z.json()).nullable(),
    }),
  ),
});

/** GitHub says so of comments; its description does not. */
const mostCharacters = 65_536;

interface Route {
  readonly name: string;
  readonly pattern: RegExp;
  readonly parameters: ReadonlyMap<string, { readonly in: string; readonly check: ValidateFunction }>;
  readonly body: ValidateFunction | undefined;
  /** Fields of the body that there are. */
  readonly fields: ReadonlySet<string>;
}

function routesOf(): Route[] {
  const recorded = recordedSchema.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, 'requests.json'), 'utf8')),
  );
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: true });
  addFormats.default(ajv);
  return Object.entries(recorded.requests).map(([name, { parameters, body }]) => ({
    name,
    pattern: new RegExp(`^${name.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
    parameters: new Map(
      parameters.map((each) => [
        each.name,
        { in: each.in, check: ajv.compile({ type: 'object', properties: { value: each.schema } }) },
      ]),
    ),
    // Types of a body are to the letter, unlike those of a query.
    body:
      body === null
        ? undefined
        : new Ajv({ strict: false, allErrors: true, formats: { 'date-time': true } }).compile(body),
    fields: new Set(Object.keys(z.record(z.string(), z.json()).catch({}).parse(body?.['properties']))),
  }));
}

/** What of a request its description does not have. */
function faultsOf(route: Route, url: URL, body: Record<string, unknown>, wasSent: boolean): string[] {
  const path = route.pattern.exec(`${route.name.split(' ')[0] ?? ''} ${url.pathname}`)?.groups ?? {};
  const given = [...Object.entries(path), ...url.searchParams.entries()];
  const ofParameters = given.flatMap(([name, value]) => {
    const known = route.parameters.get(name);
    if (known === undefined) return [`no parameter ${name}`];
    return known.check({ value }) ? [] : [`${name}=${value} is not what it must be`];
  });
  if (route.body === undefined) return [...ofParameters, ...(wasSent ? ['no body is taken'] : [])];
  const ofBody = route.body(body)
    ? []
    : (route.body.errors ?? []).map((each) => `${each.instancePath} ${each.message ?? ''}`);
  const unknown = Object.keys(body).filter((name) => !route.fields.has(name));
  const text = body['body'];
  const long =
    typeof text === 'string' && text.length > mostCharacters
      ? ['body is too long (maximum is 65536 characters)']
      : [];
  return [...ofParameters, ...ofBody, ...unknown.map((name) => `no field ${name}`), ...long];
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

/** Starts it on a free port. Every request needs a token. */
export async function startTestGithub(): Promise<TestGithub> {
  const routes = routesOf();
  let ids = 1000;
  const state = { comments: new Map<number, TestComment[]>() };
  const server = createServer((request, response) => {
    void (async () => {
      const { status, body } = answerTo(request, await readBody(request));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    })();
  });

  function answerTo(request: IncomingMessage, text: string): Answer {
    const { method = '', url: path = '', headers } = request;
    const url = new URL(path, 'http://github.test');
    const route = routes.find(({ pattern }) => pattern.test(`${method} ${url.pathname}`));
    if (route === undefined) return refuse(404, `${method} ${path} is not in the description`);
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>); // a body is an object, or the check says so
    github.asked.push({ route: route.name, path, body });
    if (headers.authorization?.startsWith('Bearer ') !== true)
      return { status: 401, body: { message: 'Bad credentials' } };
    const faults = faultsOf(route, url, body, text !== '');
    if (faults.length > 0) return refuse(422, `${method} ${path}: ${faults.join(', ')}`);
    if (github.readOnly && method !== 'GET') {
      return { status: 403, body: { message: 'Resource not accessible by integration' } };
    }
    return answers[route.name]?.(url, body) ?? { status: 201, body: { id: (ids += 1) } };
  }

  function refuse(status: number, why: string): Answer {
    github.wrong.push(why);
    return { status, body: { message: why } };
  }

  const answers: Record<string, ((url: URL, body: Record<string, unknown>) => Answer) | undefined> = {
    'GET /user': () =>
      github.login === undefined
        ? { status: 403, body: { message: 'Resource not accessible by integration' } }
        : { status: 200, body: { login: github.login } },
    'GET /repos/{owner}/{repo}/pulls': ({ searchParams }) => ({
      status: 200,
      body: github.pulls.filter(({ head }) => head.label === searchParams.get('head')),
    }),
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': ({ pathname, searchParams }) => {
      const [size, page] = [
        Number(searchParams.get('per_page') ?? 30),
        Number(searchParams.get('page') ?? 1),
      ];
      const all = state.comments.get(Number(pathname.split('/').at(-2))) ?? [];
      return { status: 200, body: all.slice((page - 1) * size, page * size) };
    },
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': ({ pathname }, { body }) => {
      const number = Number(pathname.split('/').at(-2));
      ids += 1;
      const user = {
        login: github.login ?? 'github-actions[bot]',
        type: github.login === undefined ? 'Bot' : 'User',
      };
      const comment = {
        id: ids,
        body: String(body),
        html_url: `https://github.test/pull/${number}#${ids}`,
        user,
      };
      state.comments.set(number, [...(state.comments.get(number) ?? []), comment]);
      return { status: 201, body: comment };
    },
    'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': ({ pathname }, { body }) => {
      const id = Number(pathname.split('/').at(-1));
      const comment = [...state.comments.values()].flat().find((each) => each.id === id);
      if (comment === undefined) return { status: 404, body: { message: 'Not Found' } };
      comment.body = String(body);
      return { status: 200, body: comment };
    },
  };

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const github: TestGithub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server's address is one
    asked: [],
    wrong: [],
    comments: state.comments,
    pulls: [],
    readOnly: false,
    login: undefined,
    reset() {
      for (const list of [github.asked, github.wrong, github.pulls]) list.length = 0;
      state.comments.clear();
      github.readOnly = false;
      github.login = undefined;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return github;
}
