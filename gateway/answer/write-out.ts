import type { ServerResponse } from 'node:http';
import type { ProviderFailure } from '../../protocols/failures/failure.ts';
import { failureAnswer } from '../../protocols/failures/error-answer.ts';
import type { AnswerIdentity, InboundCodec } from '../../protocols/inbound.ts';
import type { AnswerArgs } from './answer.ts';

/** What an answer is written to, and by. */
export interface Out {
  readonly response: ServerResponse;
  readonly codec: InboundCodec;
  readonly args: AnswerArgs;
  readonly identity: AnswerIdentity;
}

/** A failure as an HTTP error of the vendor's form. */
export function writeFailure({ response, codec, args }: Out, failed: ProviderFailure): void {
  const { status, body, headers } = failureAnswer(codec.protocol, failed);
  writeJson(response, status, { ...args.headers(), ...headers }, JSON.stringify(body));
}

export function writeJson(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  json: string,
): void {
  const content = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) };
  response.writeHead(status, { ...headers, ...content });
  response.end(json);
}

/** A caller that takes nothing of its answer for longer is given up, and its connection with it. */
const defaultStalledMs = 60_000;

/** What is still on its way out is waited for only while it moves. */
export function endWithin({ response, args: { stalledMs = defaultStalledMs } }: Out): void {
  if (response.writableLength === 0) return; // The system has it all, as it mostly has.
  response.setTimeout(stalledMs); // Node's: it destroys a connection on which nothing moves, and ends with the answer.
}
