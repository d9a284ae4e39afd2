import type { HeardFeedback } from '../../config-store/gateway-view/feedback.ts';
import { observersOf } from '../../domain/guardrail/registry.ts';
import { countedBy } from '../config/served-app.ts';
import type { ConfigView } from '../config/view.ts';
import type { FeedbackUnits } from './feedback-units.ts';

export interface ShareFeedbackParts {
  readonly view: ConfigView;
  readonly units: Pick<FeedbackUnits, 'learn'>;
  readonly readFeedback: (afterAt: string | undefined) => Promise<readonly HeardFeedback[]>;
}

/** Hears what any gateway was told of answers, while a release is on that is judged by it. */
export function createFeedbackSharing({
  view,
  units,
  readFeedback,
}: ShareFeedbackParts): () => Promise<void> {
  let afterAt: string | undefined;
  return async () => {
    if (!view.apps().some((app) => listens(view, app))) return;
    const heard = await readFeedback(afterAt);
    units.learn(heard);
    afterAt = heard.at(-1)?.receivedAt ?? afterAt;
  };
}

function listens(view: ConfigView, app: string): boolean {
  const served = view.app(app);
  const counting = served && countedBy(served);
  if (counting === undefined) return false;
  return [...observersOf(counting).values()].some(({ settlesAfterMs }) => settlesAfterMs !== undefined);
}
