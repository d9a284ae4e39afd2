import type { EvalReport } from '../report.ts';

/** The whole report as JSON; bounds that are infinite (nothing to compare yet) become null. */
export function jsonReport(report: EvalReport): string {
  return JSON.stringify(
    report,
    (_, value: unknown) => (value === Infinity || value === -Infinity ? null : value),
    2,
  );
}
