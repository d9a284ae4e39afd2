import { judgesOf } from '../../domain/evaluation/judges-of.ts';
import type { Binding } from '../../domain/revision/binding.ts';
import type { Patience } from '../patience/patient-caller.ts';
import type { PinnedClientOptions } from '../targets/pinned-client.ts';
import { createEmbeddingClient } from './embedding-client.ts';
import { randomToken } from './fence.ts';
import type { JudgeBudget } from './judge-budget.ts';
import { createJudgeClient } from './judge-client.ts';
import { createJudging, type Judging, type JudgingParts } from './judging.ts';

export interface OpenJudging {
  /** Of the environment whose judges are asked. */
  readonly binding: Binding;
  /** A gateway of it. */
  readonly gateway: PinnedClientOptions;
  readonly patience: Patience;
  readonly budget: JudgeBudget;
  readonly isAdmitted: JudgingParts['isAdmitted'];
  readonly labelsOf?: JudgingParts['labelsOf'];
}

/** The judges and the embedding model of an environment, asked through a gateway. */
export function openJudging({ binding, gateway, patience, budget, ...known }: OpenJudging): Judging {
  return createJudging({
    judges: judgesOf(binding),
    ask: createJudgeClient(gateway),
    patience,
    budget,
    makeToken: randomToken,
    ...{ isAdmitted: known.isAdmitted, labelsOf: known.labelsOf },
    embedding: createEmbeddingClient({ door: gateway, models: binding.embeddings ?? {}, patience }),
  });
}
