import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createCodecServer } from '../../http/codec-server.ts';
import { done } from '../../output/outcome.ts';
import type { Command } from '../context.ts';

export interface CodecOptions {
  readonly port: number;
  readonly origin: string[];
}

/** Has Temporal's Web UI show what is sealed, in this machine's browser, by a token with the scope `content`. */
export const codec: Command<CodecOptions> = async (context, { port, origin: origins }) => {
  const api = context.api();
  const secret = randomBytes(16).toString('hex');
  const decode = (body: unknown): Promise<object> =>
    api.post<{ readonly payloads: object[] }>('/v1/payloads/decode', body);
  // What is wrong with token or keys is said now, and not in the browser.
  await decode({ payloads: [] });
  const server = createCodecServer({ origins, secret, decode });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  context.tell(`For the codec server of Temporal's Web UI at ${origins.join(', ')}, until you end this:`);
  context.tell(`  http://127.0.0.1:${taken}/${secret}`);
  await once(server, 'close');
  return done('', {});
};
