import type { Erased } from '../../../api/schemas/erasures.ts';
import { done } from '../../output/outcome.ts';
import type { Command } from '../context.ts';

export interface EraseOptions {
  readonly subject: string;
  readonly app?: string;
  readonly reason?: string;
}

/** Deletes what is kept of a subject, and says what remains. */
export const erase: Command<EraseOptions> = async (context, { subject, app, reason }) => {
  const answer = await context.api().post<Erased>('/v1/erasures', {
    subject,
    ...(app === undefined ? {} : { app }),
    ...(reason === undefined ? {} : { reason }),
  });
  const { samples, freshSamples, mirrorResults, chargedSubjects, seenSubjects, observations } = answer.erased;
  const notes = chargedSubjects + seenSubjects + observations;
  const text = [
    `Deleted: ${samples} samples, ${freshSamples} of them also as they came, ${mirrorResults} answers of mirrors, ${notes} notes of counting.`,
    ...answer.remains.map((sentence) => `- ${sentence}`),
  ];
  return done(text.join('\n'), { ...answer });
};
