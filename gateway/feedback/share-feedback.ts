import type { FeedbackQuery, HeardFeedback } from '../../config-store/gateway-view/feedback.ts';
import { eventsHeard } from '../../domain/guardrail/registry.ts';
import { countedBy, type ServedApp } from '../config/served-app.ts';
import type { FeedbackUnits } from './feedback-units.ts';

export interface ShareFeedbackParts {
  readonly view: {
    apps(): readonly string[];
    app(app: string): Pick<ServedApp, 'guard' | 'split'> | undefined;
  };
  readonly units: Pick<FeedbackUnits, 'learn'>;
  readonly readFeedback: (query: FeedbackQuery) => Promise<readonly HeardFeedback[]>;
}

/**
 * Hears what any gateway was told of answers, while a release is on that is judged by it: the events that its plan names, and
 * no others. What was told before anybody listened is of no unit that is open.
 */
export function createFeedbackSharing({
  view,
  units,
  readFeedback,
}: ShareFeedbackParts): () => Promise<void> {
  let afterAt: string | undefined;
  return async () => {
    const events = view.apps().flatMap((app) => heardOf(view, app));
    if (events.length === 0) {
      afterAt = undefined;
      return;
    }
    const heard = await readFeedback({ afterAt, events });
    units.learn(heard);
    afterAt = heard.at(-1)?.receivedAt ?? afterAt;
  };
}

function heardOf(view: ShareFeedbackParts['view'], app: string): FeedbackQuery['events'] {
  const served = view.app(app);
  const counting = served && countedBy(served);
  return counting === undefined ? [] : eventsHeard(counting).map((name) => ({ app, name }));
}
