import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTotals } from './test-totals.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-totals-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function report(values: Record<string, number>): string {
  const file = join(folder, 'report.json');
  const zero = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
  };
  writeFileSync(file, JSON.stringify({ ...zero, ...values }));
  return file;
}

it('counts passed, failed and skipped tests', () => {
  const file = report({ numPassedTests: 7, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 });
  expect(readTotals(file, 1)).toEqual({ passed: 7, failed: 2, skipped: 2 });
});

it('counts a test file that could not be run as a failure', () => {
  expect(readTotals(report({ numPassedTests: 7, numRuntimeErrorTestSuites: 1 }), 1)).toMatchObject({
    failed: 1,
  });
});

it('counts a failure that no test shows, and a jest that left no report', () => {
  expect(readTotals(report({ numPassedTests: 7 }), 1)).toEqual({ passed: 7, failed: 1, skipped: 0 });
  expect(readTotals(join(folder, 'missing.json'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
