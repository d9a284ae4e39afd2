import type { ReleaseState } from '../release/release.ts';
import type { WebhookEvent } from '../webhook/events.ts';
import { statusSentence } from './status-sentence.ts';

/** What a webhook is told of, as it was then. Nothing of it was said by users or models. */
export interface ToldFacts {
  readonly app: string;
  readonly environment: string;
  readonly event: WebhookEvent;
  readonly label?: string | undefined;
  readonly state?: ReleaseState | undefined;
  readonly stage?: string | undefined;
  readonly reason?: string | undefined;
  readonly decidedBy?: string | undefined;
  readonly served?: boolean | undefined;
  readonly waitsFor?: string | undefined;
  readonly waitsUntil?: string | undefined;
}

/** What webhooks are told, in a sentence that names the app first: people read it among those of others. */
export function toldSentence(facts: ToldFacts): string {
  return `${facts.app} in ${facts.environment}: ${whatOf(facts)}`;
}

function whatOf({ event, label = 'a revision', reason, stage, decidedBy, ...facts }: ToldFacts): string {
  const at = stage === undefined ? '' : ` at ${stage}`;
  const why = reason === undefined ? '.' : `: ${reason.replace(/[.!?]?$/, '.')}`;
  switch (event) {
    case 'paused':
      return `${label} is paused${at}, and waits for a person${why}`;
    case 'needs_approval': {
      const until = facts.waitsUntil === undefined ? '' : `, until ${facts.waitsUntil}`;
      return `${label} waits${at} for ${facts.waitsFor ?? 'an approval'}${until}.`;
    }
    case 'way_back_dead':
      return `a rollback would go to ${label}, which cannot serve${why}`;
    case 'inconclusive':
      return `whether ${label} is good enough could not be decided${at}${why}`;
    case 'rolled_back':
    case 'blocked':
      return statusSentence({
        ...{ state: event, served: event === 'rolled_back', label, reason, decidedBy },
        ...{ weight: { set: 0, served: 0 }, unwell: [] },
      });
  }
}
