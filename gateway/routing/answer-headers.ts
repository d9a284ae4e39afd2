import { targetName } from '../../domain/revision/revision.ts';
import { shortened } from '../../domain/text/shortened.ts';
import type { Admitted } from './admit.ts';
import type { AnswerProgress } from './answer-progress.ts';
import type { IncomingModelRequest } from './incoming.ts';

/** What an answer's head says of how it came about. */
export function answerHeaders(
  admitted: Admitted,
  progress: AnswerProgress,
  incoming: IncomingModelRequest,
): Record<string, string> {
  const headers = origin(admitted, progress);
  const { answeredBy, ignored, maxTokens } = progress;
  if (answeredBy !== undefined) headers['x-sluice-target'] = targetText(answeredBy);
  if (ignored.length > 0) headers['x-sluice-ignored'] = ignoredText(ignored);
  if (progress.arm === 'pinned') Object.assign(headers, failureHeader(progress));
  // The limit of the answer's length, where it is another one than the caller has set.
  if (maxTokens !== undefined && maxTokens !== incoming.inbound.request.parameters.maxTokens)
    headers['x-sluice-max-tokens'] = String(maxTokens);
  return Object.assign(headers, incoming.instructions.sampleNote);
}

/** Every answer names its revision (invariant 17). */
function origin({ splitVersion }: Admitted, progress: AnswerProgress): Record<string, string> {
  return {
    'x-sluice-revision': progress.revision.label,
    'x-sluice-revision-digest': progress.revision.digest,
    'x-sluice-arm': progress.arm,
    'x-sluice-split-version': String(splitVersion),
    'x-sluice-attempts': String(progress.attempts.length),
    'x-sluice-reason': progress.reason,
  };
}

const ignoredNamed = 20;
const longestName = 100;

/** The fields that did not pass: who sent them is told, and not refused. */
function ignoredText(ignored: readonly string[]): string {
  const names = ignored.slice(0, ignoredNamed).map((name) => headerText(shortened(name, longestName)));
  return names.join(', ');
}

/** Who answered: position in the revision's chain, from 1, and logical names. */
function targetText({ target, index }: NonNullable<AnswerProgress['answeredBy']>): string {
  const { provider, logicalModel: model } = target;
  return `${index + 1} ${headerText(targetName({ provider, model }))}`;
}

/**
 * For evaluations, which have to tell a provider's outage from a wrong model: the kind, the provider's status, and what
 * its operator has to mend.
 */
function failureHeader({ failedBy, attempts }: AnswerProgress): Record<string, string> {
  if (failedBy === undefined) return {};
  const { kind, matter } = failedBy;
  const { status } = attempts.find(({ failure }) => failure === failedBy) ?? {};
  return {
    'x-sluice-failure': [kind, ...(status === undefined ? [] : [status, matter ?? []])].flat().join(' '),
  };
}

/** A model may be called what it likes; a header carries visible ASCII. */
function headerText(text: string): string {
  const isAsItIs = /^[\x21-\x7e]*$/.test(text);
  return isAsItIs ? text : text.replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent);
}
