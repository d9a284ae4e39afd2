import type { MirrorCalibration } from '../../../api/schemas/mirror.ts';
import { predictedCells } from '../../output/describe-mirror.ts';
import { done } from '../../output/outcome.ts';
import { table } from '../../output/style.ts';
import type { Command } from '../context.ts';

export interface MirrorCalibrationOptions {
  readonly app: string;
  readonly limit: number;
}

const heading = ['RELEASE', 'STATE', 'GUARDRAIL', 'CANDIDATE (90 %)', 'STABLE (90 %)', 'SHOWN'];

/** Says how the predictions of an app's mirrors did. */
export const mirrorCalibration: Command<MirrorCalibrationOptions> = async (context, { app, limit }) => {
  const path = `/v1/apps/${encodeURIComponent(app)}/mirror-calibration?limit=${limit}`;
  const found = await context.api().get<MirrorCalibration>(path);
  const { items, guardrails } = found;
  if (items.length === 0) return done('No mirror of it has predicted anything yet.', { ...found });
  const byGuardrail = guardrails.map(({ name, scored, held, medianFactor }) => [
    ...[name, `${held} of ${scored} held`, `median factor ${medianFactor.toFixed(1)}`],
  ]);
  const rows = items.map((each) => [each.releaseId, each.state, each.guardrail, ...predictedCells(each)]);
  const text = [
    headline(found),
    ...(byGuardrail.length === 0 ? [] : [table(byGuardrail)]),
    table([heading, ...rows]),
  ];
  return done(text.join('\n\n'), { ...found });
};

function headline({ scored, held, releases, medianFactor }: MirrorCalibration): string {
  if (scored === 0) return `${releases} releases with predictions; no canary has shown enough yet.`;
  const factor = medianFactor === undefined ? '' : `, median factor ${medianFactor.toFixed(1)}`;
  return `${held} of ${scored} predictions held (90 % should)${factor}, of ${releases} releases.`;
}
