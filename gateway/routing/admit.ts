import type { Sampling } from '../../config-store/gateway-view/types.ts';
import { SluiceError } from '../../domain/errors.ts';
import { noStable } from '../../domain/refusals.ts';
import { subjectHash, unitHash, type DataKeys } from '../../program/data-keys.ts';
import type { Arm, ArmReason, Counting } from '../../domain/split/split.ts';
import type { UsedAssignments } from '../assign/used-assignments.ts';
import { keyIdOf, mayDo, requireApp, requireTraffic, visibleApps, type Caller } from '../callers/caller.ts';
import type { ServedRevision } from '../config/bind-revision.ts';
import { countedBy, judgedShare, type ServedApp } from '../config/served-app.ts';
import type { ConfigView } from '../config/view.ts';
import type { ChosenAnswer, LiveAnswers } from '../live/live-answers.ts';
import { parseModelName } from '../rendering/pick-prompt.ts';
import { uncounted, type CountedRequest } from '../telemetry/counted-request.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { RepeatOf } from '../telemetry/repeats.ts';
import type { SeenSubjects } from '../telemetry/seen-subjects.ts';
import type { AssignmentTokens } from './assignment-token.ts';
import { isAudience } from './audience-of-caller.ts';
import { chooseRevision } from './choose-revision.ts';
import type { ChosenRoute } from './chosen-route.ts';
import type { Conversations } from './conversations.ts';
import type { IncomingModelRequest } from './incoming.ts';
import { noteDealt } from './note-dealt.ts';
import { subjectOf } from './subject.ts';

/** A request that has its revision, and is being counted. */
export interface Admitted {
  readonly app: string;
  readonly promptName: string | undefined;
  readonly revision: ServedRevision;
  /** The stable revision, which answers where a candidate fails. */
  readonly rescuer: ServedRevision | undefined;
  readonly arm: Arm | 'pinned';
  readonly reason: ArmReason;
  /** The release that is under way for the app. */
  readonly releaseId: string | undefined;
  /** 0 for pinned requests, which no split decides. */
  readonly splitVersion: number;
  /** A keyed hash; absent where neither caller nor assignment names a subject. */
  readonly subjectHash: string | undefined;
  readonly counted: CountedRequest;
  readonly sampling: Sampling;
  /** Only this target of the chain. */
  readonly target: number | undefined;
  /** Its answer will be scored, if it comes to its end. */
  readonly live?: ChosenAnswer | undefined;
}

export interface AdmitParts {
  readonly view: ConfigView;
  readonly counters: Counters;
  readonly seen: SeenSubjects;
  readonly repeatOf: RepeatOf;
  readonly live: Pick<LiveAnswers, 'choose' | 'keep'>;
  readonly conversations: Conversations;
  readonly tokens: AssignmentTokens;
  readonly used: Pick<UsedAssignments, 'noteAnswered'>;
  readonly dataKeys: DataKeys;
  /** A revision by digest or label, wherever it is served; throws `not_found`. */
  readonly pinnedRevision: (app: string, ref: string) => Promise<ServedRevision>;
}

/** Admits a request to the revision that it pins: no split decides, and nothing is counted. Throws `not_found`. */
export async function admitPinned(
  { pinnedRevision }: Pick<AdmitParts, 'pinnedRevision'>,
  { inbound }: IncomingModelRequest,
  { ref, target }: NonNullable<IncomingModelRequest['instructions']['pin']>,
): Promise<Admitted> {
  const { app, promptName } = parseModelName(inbound.model);
  return {
    app,
    promptName,
    revision: await pinnedRevision(app, ref),
    rescuer: undefined,
    arm: 'pinned',
    reason: 'pinned',
    releaseId: undefined,
    splitVersion: 0,
    subjectHash: undefined,
    counted: uncounted,
    sampling: 'off',
    target,
    live: undefined,
  };
}

/**
 * Decides which revision answers a request; `ref` names the answer. Throws as `servedApp` does, `invalid_request`, and
 * `forbidden` for the internal token without a pin.
 */
export function admit(parts: AdmitParts, incoming: IncomingModelRequest, ref: string): Admitted {
  const { app, promptName } = parseModelName(incoming.inbound.model);
  requireTraffic(incoming.caller);
  const served = servedApp(parts.view, incoming.caller, app);
  const routed = routeOf(parts, served, incoming);
  const { route, subjectHash } = routed;
  const counting = countedBy(served);
  // Where nothing is judged nobody asks what is counted as one.
  const unit = subjectHash ?? (counting === undefined ? undefined : unitOf(parts, app, routed, incoming));
  const admission = { served, routed, incoming, ref, counting, unit };
  const counted = count(parts, admission);
  return {
    app,
    promptName,
    revision: route.revision,
    rescuer: route.rescuer,
    arm: route.arm,
    reason: route.reason,
    releaseId: counting?.releaseId,
    splitVersion: route.splitVersion,
    subjectHash,
    counted,
    sampling: served.sampling,
    target: undefined,
    // A repeat is no answer of its own.
    live: counted === uncounted ? undefined : chooseLive(parts, admission),
  };
}

/**
 * What is served of an app. Throws `forbidden` where the caller's key is not for it, `not_found` for an unknown one,
 * `not_active` where it has no stable revision here, and `unreachable` where this gateway refused the only split that it
 * knows of.
 */
export function servedApp(view: ConfigView, caller: Caller, app: string): ServedApp {
  requireApp(caller, app);
  const served = view.app(app);
  if (served !== undefined) return served;
  if (view.isInactive(app)) throw noStable(app, 'this environment');
  const refusal = view.refusalOf(app);
  if (refusal !== undefined) {
    throw new SluiceError('unreachable', `The app "${app}" cannot be served here: ${refusal.reason}`, {
      details: { code: 'app_refused' },
    });
  }
  throw new SluiceError(
    'not_found',
    `The model "${app}" does not exist: no app of that name is active here.`,
    {
      remedy: `Ask for one of: ${visibleApps(caller, view.apps()).join(', ') || 'none yet'}. A new app is set up with "sluice app create".`,
      details: { code: 'model_not_found' },
    },
  );
}

interface Routed {
  readonly route: ChosenRoute;
  /** Of the subject that the caller named, or that its assignment was given for. */
  readonly subjectHash: string | undefined;
  readonly assignmentId: string | undefined;
}

function routeOf(
  parts: AdmitParts,
  served: ServedApp,
  { inbound, instructions, caller }: IncomingModelRequest,
): Routed {
  const { view, conversations, tokens, used, dataKeys } = parts;
  const { app } = served.split;
  const { conversation, assignment: token } = instructions;
  const subject = subjectOf(instructions.subject, inbound.user);
  const assignment = token === undefined ? undefined : tokens.read(token);
  if (assignment !== undefined && assignment.app !== app) {
    throw new SluiceError('invalid_request', `The assignment is one for ${assignment.app}, not for ${app}.`);
  }
  if (assignment !== undefined) used.noteAnswered(assignment.id);
  const asking = { subject, labels: instructions.labels };
  const isMember = isAudience(served, caller, asking);
  const route = chooseRevision({
    served,
    isMember,
    candidateIsFresh: view.candidateIsFresh(served),
    subject: subject.key,
    assigned: assignment?.revision,
    conversation: conversation === undefined ? undefined : conversations.revisionOf(app, conversation),
  });
  if (conversation !== undefined) conversations.keep(app, conversation, route.revision.digest);
  const own = subject.anonymous ? undefined : subjectHash(dataKeys, app, subject.key);
  noteDealt(parts, served, { route, subjectHash: own, isMember });
  const hash = own ?? assignment?.subject;
  return { route, subjectHash: hash, assignmentId: assignment?.id };
}

/** What is counted as one where no subject is named: the assignment or the conversation, whose arm the caller knows as well. */
function unitOf(
  { dataKeys }: Pick<AdmitParts, 'dataKeys'>,
  app: string,
  { assignmentId: assignment }: Routed,
  { instructions: { conversation } }: IncomingModelRequest,
): string | undefined {
  if (assignment !== undefined) return unitHash(dataKeys, app, { kind: 'assignment', id: assignment });
  if (conversation === undefined) return undefined;
  return unitHash(dataKeys, app, { kind: 'conversation', id: conversation });
}

interface Counted {
  readonly served: ServedApp;
  readonly routed: Routed;
  readonly incoming: IncomingModelRequest;
  readonly ref: string;
  readonly counting: Counting | undefined;
  /** What is counted as one with others; absent for a request that is all by itself. */
  readonly unit: string | undefined;
}

function chooseLive(
  parts: AdmitParts,
  { served, routed, incoming, counting, unit }: Counted,
): ChosenAnswer | undefined {
  const { split, sampling } = served;
  const weight = judgedShare(served);
  const { maySample } = incoming.instructions;
  const { splitVersion, countedArm } = routed.route;
  const arm = countedArm === 'lease-expired' ? undefined : countedArm;
  const of = { split, counting, weight, splitVersion, arm, sampling, maySample };
  return parts.live.choose({ ...of, subjectHash: unit });
}

function count(
  parts: AdmitParts,
  { served, routed, incoming, ref, counting, unit }: Counted,
): CountedRequest {
  const { route, subjectHash, assignmentId } = routed;
  const { app } = served.split;
  const { splitVersion, countedArm } = route;
  const { retryCount, labels } = incoming.instructions;
  const { caller, body } = incoming;
  const keyId = keyIdOf(caller);
  const repeat = parts.repeatOf({ app, subject: subjectHash, keyId, retryCount, body });
  if (repeat === 'seen' || countedArm === undefined) return uncounted;
  if (repeat === 'marked' && parts.counters.leaveOut({ app, splitVersion, arm: countedArm }))
    return uncounted;
  const { totalTimeoutMs } = route.revision;
  return parts.counters.admit({
    app,
    splitVersion,
    arm: countedArm,
    counting,
    subjectHash: unit,
    refs: assignmentId === undefined ? [ref] : [ref, assignmentId],
    totalTimeoutMs,
    weight: judgedShare(served),
    // Whoever says them chooses who is compared with whom: without the key's scope they are in no segment.
    ...(mayDo(caller, 'labels') ? { labels } : {}),
  });
}
