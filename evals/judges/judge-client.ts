import { judgePath, judgeReplySchema, type JudgeMessage } from '../../domain/evaluation/judge-question.ts';
import type { NamedJudge } from '../../domain/evaluation/judges-of.ts';
import type { Unanswered } from '../targets/pinned-answer.ts';
import { faultOf } from '../targets/pinned-failure.ts';
import { postToGateway, refusedByGateway } from '../targets/gateway-post.ts';
import type { PinnedClientOptions } from '../targets/pinned-client.ts';

/** What a judge said, before anybody has read it. */
export interface SaidByJudge {
  readonly kind: 'said';
  readonly text: string;
  readonly finishReason?: string | undefined;
}

/** The judge, or its binding, is wrong: asking again changes nothing. */
export interface DeadJudge {
  readonly kind: 'dead';
  readonly why: string;
}

export type AskJudgeOnce = (
  judge: NamedJudge,
  messages: readonly JudgeMessage[],
) => Promise<SaidByJudge | DeadJudge | Unanswered>;

/** Asks judges through a gateway, which has their keys. Throws what says that nobody can be asked there. */
export function createJudgeClient(door: PinnedClientOptions): AskJudgeOnce {
  return async ({ name, digest }, messages) => {
    const startedMs = performance.now();
    const answer = await postToGateway(door, judgePath, { judge: name, digest, messages });
    const reply = judgeReplySchema.safeParse(answer.json);
    if (answer.status !== 200 || !reply.success) throw refusedByGateway(door.baseUrl, answer);
    if (reply.data.kind === 'said') return reply.data;
    const { how: kind, status, matter, code, message, retryAfterMs } = reply.data;
    const fault = faultOf({ kind, status, matter, code, gatewayStatus: undefined });
    if (fault === 'own') return { kind: 'dead', why: `${code}: ${message}` };
    const latencyMs = performance.now() - startedMs;
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    return { kind: 'unanswered', how: fault, code, message, latencyMs, ...wait };
  };
}
