import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AnswerSummary } from '../answer/answer.ts';
import type { Clock } from '../clock.ts';
import type { CallChain, ChainResult } from '../failover/chain.ts';
import { protocols } from '../../protocols/request.ts';
import { inboundCodec } from '../../protocols/registry.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { errorAnswer } from '../../protocols/failures/error-answer.ts';
import { parseJson } from '../../protocols/fields.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import { openAnswer } from '../answer/open-answer.ts';

export interface GatewayUnderTest {
  readonly origin: string;
  /** What came of the requests so far. */
  readonly summaries: AnswerSummary[];
  readonly results: ChainResult[];
  /** What was thrown while answers were written. */
  readonly unexpected: unknown[];
  chain: ResolvedTarget[];
  totalTimeoutMs: number;
  close(): Promise<void>;
}

/** A real HTTP server that does with the wire, the providers and the failover what the gateway does, and nothing else. */
export async function startGatewayUnderTest(callChain: CallChain, clock: Clock): Promise<GatewayUnderTest> {
  const unexpected: unknown[] = [];
  const state: Omit<GatewayUnderTest, 'origin' | 'close'> = {
    summaries: [],
    results: [],
    unexpected,
    chain: [],
    totalTimeoutMs: 60_000,
  };
  const server = createServer((request, response) => {
    const protocol =
      protocols.find((each) => inboundCodec(each).gatewayPath === request.url?.split('?')[0]) ??
      'openai-chat';
    const respond = async (): Promise<void> => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
      const inbound = parseInbound(protocol, parseJson(text, 'The body'));
      const answer = openAnswer(response, {
        request: inbound.request,
        id: `${inboundCodec(protocol).idPrefix}test1`,
        createdS: 1_700_000_000,
        headers: () => ({ 'x-sluice-revision': 'rag-answer-v4' }),
        asHeard: (failed) => failed,
        keepAliveMs: 5000,
        clock,
        onUnexpected: (error) => unexpected.push(error),
      });
      const { chain, totalTimeoutMs } = state;
      const { request: asked } = inbound;
      const signal = answer.left;
      void callChain({ chain, request: asked, totalTimeoutMs, signal, relayTo: protocol }).then(
        (result) => {
          state.results.push(result);
          if (result.kind === 'failed') answer.end({ type: 'error', failure: result.error });
          else result.flowTo(answer);
        },
        (error: unknown) => {
          answer.crash(error);
        },
      );
      const summary = await answer.ended;
      state.summaries.push(summary);
    };
    respond().catch((error: unknown) => {
      const { status, body, headers } = errorAnswer(protocol, error);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server's address is one
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
