import type { PredictedRelease } from '../../config-store/releases/list-predicted.ts';
import type { MirrorCalibration } from '../schemas/mirror.ts';
import type { ScoredPrediction } from './scored-predictions.ts';

/** How the predictions of releases did, in all and by guardrail. */
export function calibrationOf(
  releases: readonly PredictedRelease[],
  predictions: readonly ScoredPrediction[],
): MirrorCalibration {
  const known = new Map(releases.map((release) => [release.id, release]));
  const items = predictions.flatMap((each) => {
    const release = known.get(each.releaseId);
    return release === undefined ? [] : [{ ...each, at: release.createdAt, state: release.state }];
  });
  const { medianFactor, ...all } = summaryOf(items);
  const byName = [...Map.groupBy(items, ({ guardrail }) => guardrail)];
  return {
    releases: releases.length,
    ...all,
    ...(medianFactor === undefined ? {} : { medianFactor }),
    guardrails: byName.flatMap(([name, own]) => {
      const summary = summaryOf(own);
      return summary.medianFactor === undefined
        ? []
        : [{ name, scored: summary.scored, held: summary.held, medianFactor: summary.medianFactor }];
    }),
    items: items.toSorted((a, b) => b.at.localeCompare(a.at) || a.guardrail.localeCompare(b.guardrail)),
  };
}

function summaryOf(items: readonly ScoredPrediction[]) {
  const scored = items.filter(({ held }) => held !== undefined);
  const factors = scored.flatMap(({ factor }) => factor ?? []).sort((a, b) => a - b);
  const medianFactor = factors[Math.floor((factors.length - 1) / 2)];
  return { scored: scored.length, held: scored.filter(({ held }) => held === true).length, medianFactor };
}
