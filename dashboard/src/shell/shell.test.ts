import { found, type Findable } from './find.ts';
import { shortcutOf } from './shortcuts.ts';

const key = (name: string, more: object = {}) => ({
  ...{ key: name, ctrlKey: false, metaKey: false, altKey: false },
  ...more,
});

it('knows what keys do', () => {
  expect(shortcutOf(key('k', { metaKey: true }), undefined, false)).toBe('search');
  expect(shortcutOf(key('K', { ctrlKey: true }), undefined, true)).toBe('search');
  expect(shortcutOf(key('j'), undefined, true)).toBe('next row');
  expect(shortcutOf(key('r'), 'g', true)).toBe('releases');
  expect(shortcutOf(key('r'), undefined, true)).toBeUndefined();
  expect(shortcutOf(key('e', { ctrlKey: true }), undefined, true)).toBeUndefined();
});

it('leaves keys without a modifier alone where somebody has turned them off', () => {
  for (const name of ['j', '/', '?', 'e']) expect(shortcutOf(key(name), undefined, false)).toBeUndefined();
});

it('finds by words in any order and case, a dozen at most', () => {
  const items: Findable[] = Array.from({ length: 30 }, (_, i) => ({
    ...{ kind: 'release', id: `rel_${i}`, says: `bank v${i} · Promoted` },
  }));
  expect(found(items, 'PROMOTED v7').map(({ id }) => id)).toEqual(['rel_7']);
  expect(found(items, '')).toHaveLength(12);
  expect(found(items, 'nothing')).toEqual([]);
});
