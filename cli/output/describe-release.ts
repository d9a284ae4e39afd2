import type { Release, ReleaseDetail } from '../../api/schemas/releases.ts';
import { stateText, type Paint } from './style.ts';

const outcomeGlyphs: Record<ReleaseDetail['stages'][number]['outcome'], string> = {
  pass: '✔',
  fail: '✖',
  inconclusive: '?',
  skipped: '–',
  error: '!',
};

function seconds(fromIso: string, toIso: string): string {
  return `${((Date.parse(toIso) - Date.parse(fromIso)) / 1000).toFixed(1)} s`;
}

/** One line that says where a release stands. */
export function releaseLine(release: Release, paint: Paint): string {
  const weight = release.weight > 0 ? ` at ${release.weight} %` : '';
  const stage = release.stage === undefined ? '' : ` · ${release.stage}${weight}`;
  const reason = release.reason === undefined ? '' : ` · ${release.reason}`;
  return `${stateText(release.state, paint)} ${release.app} ${paint('bold', release.label)}${stage}${reason}`;
}

/** What the newest look saw, as the workflow has summed it up. */
export function progressLine(release: Release): string | undefined {
  const { summary } = release.progress;
  return typeof summary === 'string' ? summary : undefined;
}

/** A release with its stages, as a block of lines. */
export function releaseBlock(release: ReleaseDetail, paint: Paint): string {
  const stages = release.stages.map(
    ({ stage, outcome, summary, startedAt, endedAt }) =>
      `  ${outcomeGlyphs[outcome]} ${stage}: ${outcome}, ${seconds(startedAt, endedAt)} – ${summary}`,
  );
  const progress = progressLine(release);
  return [
    releaseLine(release, paint),
    `  ${release.id} · plan ${release.planName} · started by ${release.actor} at ${release.createdAt}`,
    ...stages,
    ...(progress === undefined || release.closedAt !== undefined ? [] : [`  … ${progress}`]),
  ].join('\n');
}
