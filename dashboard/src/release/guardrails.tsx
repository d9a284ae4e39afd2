import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { GuardrailTile } from '../api/types.ts';
import { Empty } from '../parts/empty.tsx';
import { Mark } from '../parts/mark.tsx';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import { tileLooks } from '../words/state-words.ts';
import { BandStrip } from './band-strip.tsx';
import styles from './guardrails.module.css';
import type { ReleaseTabProps } from './tab-props.ts';

const Evidence = lazy(() => import('../charts/evidence.tsx'));

function Arms({ tile: { candidate, stable } }: { readonly tile: GuardrailTile }) {
  return (
    <dl className={styles.arms}>
      <dt className={styles.candidate}>candidate</dt>
      <dd>
        {candidate.shown} <span className={styles.muted}>n {candidate.n.toLocaleString('en')}</span>
      </dd>
      <dt className={styles.stable}>stable</dt>
      <dd>
        {stable.shown} <span className={styles.muted}>n {stable.n.toLocaleString('en')}</span>
      </dd>
    </dl>
  );
}

/** So many requests of the candidate the step needs before it can end; nothing is a pass before. */
function Sample({ view, n }: Pick<ReleaseTabProps, 'view'> & { readonly n: number }) {
  const needed = view.rail.find(({ state }) => state === 'running')?.requests?.needed ?? 0;
  if (n >= needed) return null;
  return (
    <div className={styles.sample}>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" className={styles.lacking} />
        <rect width={(100 * n) / needed} height="4" className={styles.seen} />
      </svg>
      <span>
        {n.toLocaleString('en')} of {needed.toLocaleString('en')} that the step needs
      </span>
    </div>
  );
}

interface TileProps extends Pick<ReleaseTabProps, 'view'> {
  readonly tile: GuardrailTile;
  readonly isOpen: boolean;
}

function Tile({ view, tile, isOpen }: TileProps) {
  const { name, subject, state, since, says, difference, limit, odds, acts, segment } = tile;
  const { glyph, tone } = tileLooks[state];
  return (
    <li className={styles.tile} data-open={isOpen}>
      <div className={styles.top}>
        <h3>
          <Link
            to="/r/$id"
            params={{ id: view.row.id }}
            search={(before) => ({ ...before, m: name })}
            replace
            data-row
            aria-current={isOpen ? 'true' : undefined}
          >
            {name}
          </Link>
        </h3>
        <Mark tone={tone} glyph={glyph} word={state} />
      </div>
      <p className={styles.muted}>
        {subject} · {acts}
        {state === 'no data' && since !== undefined && (
          <>
            {' '}
            · since <When iso={since} />
          </>
        )}
      </p>
      <Arms tile={tile} />
      <Sample view={view} n={tile.candidate.n} />
      {difference !== undefined && (
        <p>
          difference <strong>{difference.shown}</strong>
        </p>
      )}
      {difference !== undefined && <BandStrip difference={difference} limit={limit?.difference} />}
      {limit !== undefined && <p className={styles.muted}>limit {limit.says}</p>}
      <p>
        odds {odds.says} <span className={styles.muted}>acts at {odds.actsAtSays}</span>
      </p>
      {segment !== undefined && (
        <p className={styles.muted}>
          worst segment {segment.name}: {segment.odds}
        </p>
      )}
      <p className={styles.says}>{says}</p>
    </li>
  );
}

/** The one whose charts are shown: the one that was chosen, else the one nearest to acting. */
function chosenTile(tiles: readonly GuardrailTile[], name: string | undefined): GuardrailTile | undefined {
  const nearest = tiles.toSorted(
    (a, b) => b.odds.evidence - b.odds.actsAt - (a.odds.evidence - a.odds.actsAt),
  );
  return tiles.find((tile) => tile.name === name) ?? nearest[0];
}

/** What the release is judged by, a tile each, and the evidence of one of them over time or requests. */
export function Guardrails({ view, search }: ReleaseTabProps) {
  const open = chosenTile(view.guardrails, search.m);
  if (open === undefined) {
    return (
      <Panel title="Guardrails">
        <Empty>No check of live traffic yet: the stages before production come first.</Empty>
      </Panel>
    );
  }
  return (
    <>
      <Suspense>
        <Evidence view={view} search={search} tile={open} />
      </Suspense>
      <Panel title="Guardrails">
        <ul className={styles.tiles}>
          {view.guardrails.map((tile) => (
            <Tile key={tile.name} view={view} tile={tile} isOpen={tile === open} />
          ))}
        </ul>
      </Panel>
    </>
  );
}
