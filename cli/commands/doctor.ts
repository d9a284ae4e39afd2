import type { WhoAsks } from '../../api/schemas/dashboard/me.ts';
import type { Diagnosis } from '../../api/schemas/dashboard/doctor.ts';
import { illFound, wellFound, type DoctorFinding } from '../../domain/doctor/finding.ts';
import { clockFinding } from '../../domain/doctor/findings-of-server.ts';
import { exitCodes, SluiceError } from '../../domain/errors.ts';
import { findingsHere } from '../doctor/findings-here.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { done } from '../output/outcome.ts';
import type { Colour, Paint } from '../output/style.ts';
import { padTo } from '../output/text/cells.ts';
import type { Command, CommandContext } from './context.ts';

export interface DoctorOptions {
  readonly app?: string;
}

interface Diagnosed {
  readonly findings: readonly DoctorFinding[];
  readonly isReachable: boolean;
  readonly more: number;
}

const signs: Record<DoctorFinding['state'], { readonly text: string; readonly colour: Colour }> = {
  ok: { text: '✔ ok', colour: 'green' },
  warn: { text: '! warn', colour: 'yellow' },
  fail: { text: '✖ fail', colour: 'red' },
  unknown: { text: '? unknown', colour: 'yellow' },
};

/**
 * Says of every part whether it is as it should be, and what to do where it is not: 11 where anything fails, 5 where the
 * control plane cannot be asked.
 */
export const doctor: Command<DoctorOptions> = async (context, { app }) => {
  const { findings: asked, isReachable, more } = await ask(context, app);
  const findings = [...asked, ...findingsHere(context.settings.workingDirectory)];
  const count = (state: DoctorFinding['state']) => findings.filter((each) => each.state === state).length;
  const sum = (['ok', 'warn', 'fail', 'unknown'] as const).map((state) => `${count(state)} ${state}`);
  const rest = more === 0 ? [] : [`${more} apps were not looked at: sluice doctor --app NAME`];
  const lines = [...findings.flatMap((each) => linesOf(each, context.paint)), '', sum.join(' · '), ...rest];
  const shown = done(lines.join('\n'), { findings: [...findings], more });
  if (!isReachable) return { ...shown, code: exitCodes.unreachable, word: 'unreachable' };
  return count('fail') === 0 ? shown : { ...shown, code: exitCodes.gateBlocked, word: 'unhealthy' };
};

async function ask(context: CommandContext, app: string | undefined): Promise<Diagnosed> {
  const query = app === undefined ? '' : `?${new URLSearchParams({ app }).toString()}`;
  try {
    const me = await context.api().get<WhoAsks>('/v1/me');
    const askedAtMs = Date.now();
    const { at, findings, apps, more } = await context.api().get<Diagnosis>(`/v1/doctor${query}`);
    if (app !== undefined && apps.length === 0) {
      throw new SluiceError('not_found', `There is no app "${app}".`, {
        remedy: '`sluice active` lists those there are.',
      });
    }
    // The database has said the time somewhere between the question and the answer.
    const aheadMs = (askedAtMs + Date.now()) / 2 - Date.parse(at);
    const ofMine = [
      wellFound('api', undefined, 'it answers'),
      wellFound('token', undefined, `${me.name}, ${me.role}`),
      clockFinding('this machine', aheadMs),
    ];
    return { findings: [...ofMine, ...findings], isReachable: true, more };
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'unreachable') throw error;
    const { message: says, remedy = 'Start it with `sluice up`.' } = error;
    return { findings: [illFound('fail', { check: 'api', says, remedy })], isReachable: false, more: 0 };
  }
}

function linesOf({ check, about, state, says, remedy }: DoctorFinding, paint: Paint): string[] {
  const { text, colour } = signs[state];
  const subject = about === undefined ? '' : `${oneLine(about)}: `;
  const line = `${paint(colour, padTo(text, 9))}  ${padTo(check, 18)}  ${subject}${oneLine(says)}`;
  return remedy === undefined ? [line] : [line, `           → ${oneLine(remedy)}`];
}
