import { randomUUID } from 'node:crypto';
import type { RollbackResult } from '../../../api/schemas/rollback.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { describeAlready, rollbackOutcome } from '../../output/describe-rollback.ts';
import type { Command, CommandContext } from '../context.ts';

export interface RollbackOptions {
  readonly app: string;
  readonly environment: string;
  readonly to?: string;
  readonly takeOut?: string;
  /** The split version that the person looked at. */
  readonly seen?: number;
  readonly force: boolean;
  readonly reason?: string;
}

/** What a press asks for, through the API and past it alike. */
export type Press = Omit<RollbackOptions, 'app' | 'seen'> & {
  readonly seen?: { readonly version: number; readonly revision?: string };
};

/** Throws `usage` for a force that does not say where to, and why. */
function pressOf({ app: _, seen, ...options }: RollbackOptions): Press {
  if (options.force && (options.to === undefined || options.reason === undefined)) {
    throw new SluiceError('usage', '--force needs --to and --reason: it serves what was found bad.', {
      remedy: 'Say which revision, and why: --to LABEL --force --reason "…".',
    });
  }
  return { ...options, ...(seen === undefined ? {} : { seen: { version: seen } }) };
}

/**
 * Presses; where the answer is `already` to who named nothing, and somebody sits at a terminal, shows what serves and
 * asks whether that is to be taken out, which is pressed then as what he saw.
 */
export async function pressing(
  { ask }: Pick<CommandContext, 'ask'>,
  options: RollbackOptions,
  press: (body: Press) => Promise<RollbackResult>,
): Promise<RollbackResult> {
  const body = pressOf(options);
  const result = await press(body);
  const named = [options.to, options.takeOut, options.seen].some((each) => each !== undefined);
  if (result.result !== 'already' || named || ask === undefined) return result;
  const shown = `${describeAlready(options.app, result)} (split v${result.version}).`;
  if (!(await ask(`${shown} Take ${result.serving} out? [y/N] `))) return result;
  return press({ ...body, seen: { version: result.version, revision: result.serving } });
}

/** Takes a revision out in one step, through the API. */
export const rollback: Command<RollbackOptions> = async (context, options) => {
  const path = `/v1/apps/${encodeURIComponent(options.app)}/rollback`;
  const result = await pressing(context, options, (body) =>
    context.api().post<RollbackResult>(path, body, randomUUID()),
  );
  return rollbackOutcome(options.app, result);
};
