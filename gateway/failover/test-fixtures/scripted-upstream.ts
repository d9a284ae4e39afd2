import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../domain/json.ts';
import { parseJson, objectOf } from '../../../protocols/fields.ts';

export interface UpstreamRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonObject;
}

export type Script = (response: ServerResponse, request: UpstreamRequest) => void;

export interface ScriptedUpstream {
  readonly origin: string;
  readonly requests: readonly UpstreamRequest[];
  /** Connections that clients have open now. */
  openConnections(): Promise<number>;
  /** What the next requests get, in turn; the last script stays. */
  play(...scripts: Script[]): void;
  close(): Promise<void>;
}

/** A real HTTP server that does to each request what a test says. */
export async function startScriptedUpstream(): Promise<ScriptedUpstream> {
  const requests: UpstreamRequest[] = [];
  let scripts: Script[] = [];
  const server = createServer((request, response) => {
    void readRequest(request).then((read) => {
      requests.push(read);
      const script = scripts.length > 1 ? scripts.shift() : scripts[0];
      script?.(response, read);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server's address is one
    requests,
    openConnections: () => connectionsOf(server),
    play(...next) {
      scripts = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}

async function readRequest(request: IncomingMessage): Promise<UpstreamRequest> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return {
    path: request.url ?? '',
    headers: request.headers,
    body: objectOf(parseJson(text, 'The body'), ''),
  };
}

/** Answers with JSON. */
export function json(body: JsonObject, status = 200, headers: Record<string, string> = {}): Script {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Sends frames of a stream, and ends it, breaks it or leaves it hanging. */
export function sse(frames: readonly string[], then: 'end' | 'break' | 'hang' = 'end'): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    const bytes = frames.join('');
    const after = (): void => {
      if (then === 'break') response.destroy();
    };
    if (then === 'end') response.end(bytes);
    else if (bytes === '') setImmediate(after);
    else response.write(bytes, () => setImmediate(after));
  };
}

export const hang: Script = () => undefined;
