import { useEffect } from 'react';
import { singleKeysOn } from './single-keys.ts';
import { shortcutOf, type Shortcut } from './shortcuts.ts';

/** A key that is pressed this long after `g` means what it means alone. */
const togetherMs = 1_000;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

/** Calls back for each shortcut, unless somebody is typing or a dialog is open. */
export function useShortcuts(onShortcut: (shortcut: Shortcut) => void): void {
  useEffect(() => {
    let before: { readonly key: string; readonly atMs: number } | undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('[role=dialog], [role=alertdialog]') !== null)
        return;
      const last =
        before !== undefined && event.timeStamp - before.atMs < togetherMs ? before.key : undefined;
      const singles = singleKeysOn() && !isTyping(event.target);
      const shortcut = shortcutOf(event, last, singles);
      before = { key: event.key, atMs: event.timeStamp };
      if (shortcut === undefined) return;
      event.preventDefault();
      onShortcut(shortcut);
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, [onShortcut]);
}

/** Moves the focus among the rows of a page: links that say so. */
export function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by;
  rows[next]?.focus();
}

/** Presses the tab beside the one that is open. */
export function moveTab(by: 1 | -1): void {
  const tabs = [...document.querySelectorAll<HTMLElement>('[data-tabs] a')];
  const at = tabs.findIndex((tab) => tab.getAttribute('aria-current') === 'page');
  tabs[at + by]?.click();
}

/** Focuses or presses what a page has for a key; where it has nothing, nothing happens. */
export function pressKey(key: string): void {
  const target = document.querySelector<HTMLElement>(`[data-key="${key}"]`);
  if (target instanceof HTMLInputElement) target.focus();
  else target?.click();
}
