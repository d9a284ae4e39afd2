// Keys without a modifier get in the way of speech input: they can be turned off (WCAG 2.2, 2.1.4).
const storageKey = 'sluice.single-keys';

export function singleKeysOn(): boolean {
  return localStorage.getItem(storageKey) !== 'off';
}

export function turnSingleKeys(on: boolean): void {
  localStorage.setItem(storageKey, on ? 'on' : 'off');
}
