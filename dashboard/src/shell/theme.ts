import { useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'sluice.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function chosen(): Theme {
  const kept = localStorage.getItem(storageKey);
  return themes.find((theme) => theme === kept) ?? 'system';
}

function paint(): void {
  const theme = chosen();
  document.documentElement.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  for (const tell of listeners) tell();
}

/** Paints the page in the theme that was chosen, and again when the system's changes. */
export function startTheme(): void {
  dark.addEventListener('change', paint);
  paint();
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(storageKey, theme);
  paint();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, chosen);
}

/** The theme that is on the page: what is painted by hand has to be painted again when it changes. */
export function usePaintedTheme(): string {
  return useSyncExternalStore(subscribe, () => document.documentElement.dataset['theme'] ?? 'light');
}
