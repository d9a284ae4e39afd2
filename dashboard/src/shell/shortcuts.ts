/** What a key does. None of them changes anything. */
export type Shortcut =
  | 'search'
  | 'filter'
  | 'next row'
  | 'previous row'
  | 'next tab'
  | 'previous tab'
  | 'releases'
  | 'apps'
  | 'gateways'
  | 'audit'
  | 'explanation'
  | 'table'
  | 'help';

const single: Readonly<Record<string, Shortcut>> = {
  '/': 'filter',
  j: 'next row',
  k: 'previous row',
  ']': 'next tab',
  '[': 'previous tab',
  e: 'explanation',
  t: 'table',
  '?': 'help',
};
const afterG: Readonly<Record<string, Shortcut>> = { r: 'releases', a: 'apps', g: 'gateways', u: 'audit' };

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** What a press means, given the key pressed just before; `singles`: keys without a modifier do something at all. */
export function shortcutOf(
  pressed: Pressed,
  before: string | undefined,
  singles: boolean,
): Shortcut | undefined {
  const { key, ctrlKey, metaKey, altKey } = pressed;
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return 'search';
  if (ctrlKey || metaKey || altKey || !singles) return undefined;
  return before === 'g' ? afterG[key] : single[key];
}

/** For people: what is pressed, and what it does. */
export const shortcutHelp: readonly (readonly [keys: string, does: string])[] = [
  ['⌘K or Ctrl K', 'Find a release, an app or a page'],
  ['/', 'Filter what is listed'],
  ['j and k', 'Next and previous row; Enter opens it'],
  ['[ and ]', 'Previous and next tab of a page'],
  ['g r', 'All releases'],
  ['g a', 'All apps'],
  ['g g', 'Gateways'],
  ['g u', 'Audit log'],
  ['e', 'Why: the explanation of a release'],
  ['t', 'Charts as tables, and back'],
  ['?', 'This help'],
];
