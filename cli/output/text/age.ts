const units = [
  [86_400_000, 'd', 3_600_000, 'h'],
  [3_600_000, 'h', 60_000, 'm'],
  [60_000, 'm', 1000, 's'],
] as const;

/** How long, for people: `12s`, `3m04s`, `2h10m`, `5d03h`; never below nothing. */
export function ageText(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000)) * 1000;
  const unit = units.find(([most]) => whole >= most);
  if (unit === undefined) return `${whole / 1000}s`;
  const [most, name, less, lessName] = unit;
  const rest = Math.floor((whole % most) / less);
  return `${Math.floor(whole / most)}${name}${String(rest).padStart(2, '0')}${lessName}`;
}
