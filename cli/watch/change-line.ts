import type { GuardrailTile, ReleaseView } from '../../api/schemas/dashboard/release-view.ts';

/** A line for a log, and what makes it worth another one: figures alone do not. */
export interface ChangeLine {
  readonly line: string;
  readonly about: string;
}

/** `2026-11-23T14:20:31Z bank-v3 canary-25 under way n=1538/2000 worst=errors odds=8.1:1 acts-at=120:1 decides=2026-11-23T14:32:00Z`. */
export function changeLine(view: ReleaseView): ChangeLine {
  const { row, rail, guardrails } = view;
  const here = rail.find(({ state }) => state === 'running' || state === 'waiting');
  const share = row.audience ?? row.weight;
  const worst = worstOf(guardrails);
  const waits = here?.waitsFor ?? (here === undefined ? row.condition : undefined);
  const parts = [
    `${view.at.slice(0, 19)}Z ${row.label} ${row.stage ?? 'no-stage'} ${row.word}`,
    ...(row.weight.set === 0 ? [] : [`weight=${row.weight.set}%`]),
    ...(row.audience === undefined ? [] : [`audience=${row.audience.set}%`]),
    ...(share.served === share.set ? [] : [`served=${share.served ?? 'unequal'}`]),
    ...(here?.requests === undefined ? [] : [`n=${here.requests.candidate}/${here.requests.needed}`]),
    ...(worst === undefined ? [] : [worstText(worst)]),
    ...(here?.decidesAt === undefined ? [] : [`decides=${here.decidesAt.slice(0, 19)}Z`]),
    ...(waits === undefined || waits === 'well' ? [] : [`waits-for="${waits}"`]),
  ];
  const watched = guardrails.filter(({ state }) => state === 'watch' || state === 'no data');
  const about = [
    ...[row.state, row.stage, share.set, share.served, row.condition, here?.state, waits],
    ...watched.map(({ name, state }) => `${name} ${state}`),
  ];
  return { line: parts.join(' '), about: JSON.stringify(about) };
}

/** The one that is nearest to acting. */
function worstOf(tiles: readonly GuardrailTile[]): GuardrailTile | undefined {
  return tiles
    .filter(({ acts }) => acts !== 'nothing')
    .toSorted((a, b) => a.odds.actsAt - a.odds.evidence - (b.odds.actsAt - b.odds.evidence))[0];
}

function worstText({ name, odds }: GuardrailTile): string {
  const tight = (text: string): string => text.replace(' : ', ':').replaceAll(' ', '-');
  return `worst=${name} odds=${tight(odds.says)} acts-at=${tight(odds.actsAtSays)}`;
}
