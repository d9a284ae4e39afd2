import type { Server } from 'node:http';
import type { Logger } from 'pino';
import { createOutcomeReports } from './assign/outcomes.ts';
import { createUsedAssignments } from './assign/used-assignments.ts';
import { createIdentify } from './callers/identify.ts';
import type { KnownKeys } from './callers/known-keys.ts';
import { createQuotas } from './callers/quotas.ts';
import { createWrongKeys } from './callers/wrong-keys.ts';
import type { Clock } from './clock.ts';
import { createAnswerIds } from './feedback/answer-ids.ts';
import { createFeedback } from './feedback/take-feedback.ts';
import { createPinnedRevisions } from './config/pinned-revisions.ts';
import { startRehearsals } from './probe/rehearse.ts';
import type { RequireHost } from './edge/allowed-hosts.ts';
import { createChainCaller } from './failover/call-chain.ts';
import { createAssignmentTokens } from './routing/assignment-token.ts';
import { createConversations } from './routing/conversations.ts';
import { createClientAcks } from './split/client-acks.ts';
import { createSplitStreams } from './split/split-streams.ts';
import { createSplitTokens } from './split/split-tokens.ts';
import { createEmbedder, type Embedder } from './models/embed.ts';
import { createGatewayServer, type ServerParts } from './server.ts';
import { createOperatorAlarm } from './telemetry/operator-alarm.ts';
import { parseInbound } from '../protocols/parse-inbound.ts';
import type { Background } from './background.ts';
import type { GatewayParts, StartSettings } from './gateway-parts.ts';

/** What answers requests. */
export interface ComposedServer {
  readonly server: Server;
  /** Takes no more rehearsals, and ends streams of splits. Call it before the server is drained, and `end` afterwards. */
  stop(): void;
  /** Writes which assignments were used, and what clients have acked. */
  end(): Promise<void>;
  /** Closes the connections to providers. */
  close(): Promise<void>;
}

/** What the public server shares with the admin's. */
interface Doors {
  readonly requireHost: RequireHost;
  readonly isReady: () => boolean;
}

/** The server of callers, and the questions that a rehearsal asks in their place. It does not listen yet. */
export function composeServer(
  settings: StartSettings,
  { clock, log }: GatewayParts,
  background: Background,
  { requireHost, isReady }: Doors,
): ComposedServer {
  const { dataKeys } = settings;
  const { store, bind, bodies, view, keys, fingerprint, telemetry, onFailure } = background;
  const chains = createChainCaller({ clock });
  const tokens = createAssignmentTokens(dataKeys, clock);
  const { splits, ...deciders } = decidersOf(settings, background, clock);
  const answerIds = createAnswerIds(dataKeys, settings.environment);
  const pinnedRevision = createPinnedRevisions({ read: (app, ref) => store.readPinned(app, ref), bind });
  const rehearsals = rehearsalsOf(background, clock, chains.callChain, pinnedRevision);
  const used = createUsedAssignments({
    clock,
    use: (ids) => store.useAssignments(ids),
    onFailure: onFailure('assignments'),
  });
  const reports = reportsOf(background, clock, log);
  const embedder = embedderOf(settings, clock, background, reports);
  const server = createGatewayServer({
    bound: settings.bound,
    judgeCall: telemetry.metrics.judgeCall,
    embed: (...asked) => embedder.embed(...asked),
    ...telemetry,
    ...deciders,
    ...callersOf(settings, keys, clock),
    ...{ requireHost, used, bodies, clock, view, dataKeys, tokens, parseInbound },
    ...{ internalToken: settings.internalToken, pinnedRevision, callChain: chains.callChain },
    conversations: createConversations(clock),
    reportOutcomes: createOutcomeReports({
      ...{ clock, view, tokens, splits, dataKeys, used },
      ...telemetry,
    }),
    answerIds,
    takeFeedback: createFeedback({
      ...{ clock, tokens, splits, ids: answerIds, environment: settings.environment },
      store: (told) => store.storeFeedback(told),
    }),
    onIndex: (_app, revision, index) => {
      if (revision.retrieval !== undefined) fingerprint.noteIndex(revision.retrieval.settings.index, index);
    },
    isReady,
    ...reports,
  });
  return {
    server,
    stop() {
      rehearsals.stop();
      deciders.splitStreams.stop();
    },
    async end() {
      await Promise.all([used.stop(), deciders.clientAcks.stop()]);
    },
    async close() {
      await Promise.all([chains.close(), embedder.close()]);
    },
  };
}

/** What applications need that decide by a split themselves. */
function decidersOf({ dataKeys }: StartSettings, { store, view, keys, onFailure }: Background, clock: Clock) {
  const splits = createSplitTokens(dataKeys, clock);
  const splitStreams = createSplitStreams({
    ...{ clock, view, tokens: splits },
    isKnown: (caller) => caller.kind !== 'key' || keys.find(caller.key.hash) !== undefined,
    onFailure: onFailure('split streams'),
  });
  const clientAcks = createClientAcks({
    clock,
    acknowledge: (acks) => store.acknowledge(acks),
    onFailure: onFailure('client acks'),
  });
  return { splits, splitStreams, clientAcks };
}

/** Asks what a way back is rehearsed with. */
function rehearsalsOf(
  { store, onFailure }: Background,
  clock: Clock,
  callChain: ServerParts['callChain'],
  bound: ServerParts['pinnedRevision'],
): ReturnType<typeof startRehearsals> {
  return startRehearsals({
    clock,
    parseInbound,
    callChain,
    bound,
    take: () => store.takeRehearsals(),
    answer: (answer) => store.answerRehearsal(answer),
    onFailure: onFailure('rehearsal'),
  });
}

/** Who is asked for vectors; counted apart from answers. */
function embedderOf(
  { bound }: StartSettings,
  clock: Clock,
  { telemetry }: Background,
  { alarmOperator }: Pick<ServerParts, 'alarmOperator'>,
): Embedder {
  return createEmbedder({
    ...{ bound, alarmOperator },
    epochMs: () => clock.epochMs(),
    count(target, outcome, inputTokens) {
      telemetry.metrics.embedding(target, { outcome, inputTokens });
    },
  });
}

/** Who asks, and how much each may. */
function callersOf(
  settings: StartSettings,
  keys: KnownKeys,
  clock: Clock,
): Pick<ServerParts, 'identify' | 'quotas'> {
  return {
    identify: createIdentify({
      keys,
      wrongKeys: createWrongKeys(clock),
      mode: settings.keys,
      internalToken: settings.internalToken,
    }),
    quotas: createQuotas(clock),
  };
}

/** What of requests an operator hears. */
function reportsOf(
  { telemetry }: Background,
  clock: Clock,
  log: Logger,
): Pick<ServerParts, 'alarmOperator' | 'onFailedCalls' | 'onUnexpected'> {
  return {
    alarmOperator: createOperatorAlarm({
      clock,
      count: telemetry.metrics.operatorFault,
      log: (fault) => {
        log.error(fault, 'a provider refuses this gateway: the operator has to mend it');
      },
    }),
    onFailedCalls: (what, facts) => {
      log.warn(facts, whatWords[what]);
    },
    onUnexpected: (error, facts) => {
      log.error({ ...facts, err: error }, 'unexpected error');
    },
  };
}

const whatWords = {
  failed: 'a request failed',
  rescued: 'a request was rescued by stable',
  'failed-over': 'a request failed over',
} as const;
