import type { ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';
import { linger } from './linger.ts';

/** Answers with a JSON body, whole. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  writeJson(response, status, body);
  response.end();
}

/** The same for a request whose caller may still send: the connection ends only afterwards. */
export function sendJsonAndLinger(
  response: ServerResponse,
  status: number,
  body: unknown,
  clock: Clock,
): void {
  writeJson(response, status, body);
  void linger(response.req, clock).then(() => response.end());
}

function writeJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.write(bytes);
}
