import type { ReleaseCheck } from '../../../api/schemas/releases.ts';
import { exitCodes, type ExitCode } from '../../../domain/errors.ts';
import type { CommandOutcome } from '../../output/outcome.ts';
import { packRelease } from '../../pack/pack.ts';
import { releaseBody, type ReleaseChoice } from '../../pack/release-body.ts';
import { warningsOf } from '../../pack/warnings.ts';
import type { Command } from '../context.ts';

export interface PlanCheckOptions extends ReleaseChoice {
  readonly label?: string;
  readonly allowDirty: boolean;
}

const ends: Record<
  NonNullable<ReleaseCheck['mirror']>['state'],
  { readonly code: ExitCode; readonly word: string }
> = {
  ready: { code: exitCodes.done, word: 'done' },
  waits: { code: exitCodes.waiting, word: 'waiting' },
  lacks: { code: exitCodes.inconclusive, word: 'lacks_data' },
};

/** Says what a start would find, and starts nothing: whether it is allowed, and whether its mirror has what it needs. */
export const planCheck: Command<PlanCheckOptions> = async (context, options) => {
  const { file, label, allowDirty } = options;
  const { settings } = context;
  const packed = await packRelease({ file, label, allowDirty, allowUntracked: allowDirty, settings });
  for (const warning of warningsOf(packed)) context.tell(`warning: ${warning}`);
  const found = await context.api().post<ReleaseCheck>('/v1/releases/check', releaseBody(packed, options));
  return outcomeOf(found);
};

function outcomeOf(found: ReleaseCheck): CommandOutcome {
  const { mirror, planName, label } = found;
  const { code, word } = ends[mirror?.state ?? 'ready'];
  const lines = [
    `${label} may be released by the plan ${planName}.`,
    `  mirror  ${mirror === undefined ? 'none' : mirror.says}`,
    ...(mirror?.remedy === undefined ? [] : [`  do      ${mirror.remedy}`]),
  ];
  return { code, word, json: { ...found }, text: lines.join('\n') };
}
