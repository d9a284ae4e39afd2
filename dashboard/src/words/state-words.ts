import type { GuardrailTile, RailStage, ReleaseLine, Tone } from '../api/types.ts';

/** Each state has a glyph of its own beside its word, so that colour is never the only sign. The command has the same. */
export const stateGlyphs: Readonly<Record<ReleaseLine['state'], string>> = {
  starting: '◌',
  progressing: '▶',
  paused: 'Ⅱ',
  rolling_back: '↩',
  promoted: '✔',
  rolled_back: '↩',
  blocked: '■',
  inconclusive: '?',
  aborted: '✖',
  superseded: '⇥',
  failed: '✖',
};

interface Look {
  readonly glyph: string;
  readonly tone: Tone;
}

export const railLooks: Readonly<Record<RailStage['state'], Look>> = {
  'to come': { glyph: '○', tone: 'over' },
  running: { glyph: '▶', tone: 'running' },
  waiting: { glyph: '◌', tone: 'attention' },
  passed: { glyph: '✔', tone: 'good' },
  overridden: { glyph: '»', tone: 'attention' },
  skipped: { glyph: '–', tone: 'over' },
  failed: { glyph: '✖', tone: 'bad' },
  inconclusive: { glyph: '?', tone: 'attention' },
  error: { glyph: '!', tone: 'bad' },
  stopped: { glyph: '■', tone: 'over' },
};

export const tileLooks: Readonly<Record<GuardrailTile['state'], Look>> = {
  pass: { glyph: '✔', tone: 'good' },
  watch: { glyph: '!', tone: 'attention' },
  more: { glyph: '…', tone: 'running' },
  'no data': { glyph: '∅', tone: 'attention' },
};
