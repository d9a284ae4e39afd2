import { randomUUID } from 'node:crypto';
import { healSplit, labelHeal } from '../../config-store/splits/heal-split.ts';
import { healOutcome } from '../output/describe-heal.ts';
import type { Command } from '../commands/context.ts';
import type { SplitHealOptions } from '../commands/release/split-heal.ts';
import { endingBlockers } from './end-blockers.ts';
import { breakGlassActor, withDatabase } from './with-database.ts';

/** `split heal` by the rules of the API, with PostgreSQL alone: a restore is often begun with nothing else there. */
export const splitHealDirect: Command<SplitHealOptions> = (context, options) =>
  withDatabase(context, async (db) => {
    const { app, environment, to } = options;
    const actor = breakGlassActor();
    const { reason = `healed past the control plane by ${actor}` } = options;
    const operationId = `break-glass/${randomUUID()}`;
    const healed = await endingBlockers(db, { app, environment, tell: context.tell }, () =>
      healSplit(db, { app, environment, to, actor, reason, operationId }),
    );
    const { kind: result, ...rest } = await labelHeal(db, app, healed);
    return healOutcome(app, { gateways: [], ...rest, result });
  });
