import { z } from 'zod';
import { subjectHash } from '../../program/data-keys.ts';
import { mayDo, requireScope, type Caller } from '../callers/caller.ts';
import { parseBody } from '../parse-body.ts';
import { servedApp, type AdmitParts } from '../routing/admit.ts';
import { isAudience } from '../routing/audience-of-caller.ts';
import { chooseRevision } from '../routing/choose-revision.ts';
import { noteDealt } from '../routing/note-dealt.ts';
import { subjectOf } from '../routing/subject.ts';

export const assignSchema = z.strictObject({
  app: z.string(),
  subject: z.string().min(1).optional(),
  conversation: z.string().min(1).optional(),
  labels: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: 'As the headers of requests say them; believed of keys that may say them' }),
});

/**
 * Gives a subject its revision, for applications that retrieve themselves or call providers themselves, with a
 * signed token that has the gateway answer by this very revision. What the revision consists of is for those alone whose
 * key may read prompts. Throws `invalid_request`, and as `requireScope` and `servedApp` do.
 */
export function assign(parts: AdmitParts, caller: Caller, body: unknown): Record<string, unknown> {
  requireScope(caller, 'call');
  const { app, subject: given, conversation, labels = {} } = parseBody(assignSchema, body);
  const served = servedApp(parts.view, caller, app);
  const subject = subjectOf(given, undefined);
  const isMember = isAudience(served, caller, { subject, labels });
  const route = chooseRevision({
    served,
    isMember,
    candidateIsFresh: parts.view.candidateIsFresh(served),
    subject: subject.key,
    conversation: conversation === undefined ? undefined : parts.conversations.revisionOf(app, conversation),
  });
  const { revision, arm, reason, splitVersion, countedArm } = route;
  if (conversation !== undefined) parts.conversations.keep(app, conversation, revision.digest);
  const hash = subject.anonymous ? undefined : subjectHash(parts.dataKeys, app, subject.key);
  noteDealt(parts, served, { route, subjectHash: hash, isMember });
  const { digest, label, content } = revision;
  const assignment = parts.tokens.sign({
    app,
    revision: digest,
    arm: countedArm ?? 'none',
    version: splitVersion,
    environment: served.split.environment,
    ...(hash === undefined ? {} : { subject: hash }),
  });
  return {
    app,
    revision: { digest, label, ...(mayDo(caller, 'prompts') ? { content } : {}) },
    arm,
    reason,
    splitVersion,
    retrieval: content.retrieval ?? null,
    assignment,
  };
}
