import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { builtDashboard, dashboardInputs, dashboardState, stampOf } from './dashboard.mjs';

let root: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-dashboard-'));
  for (const path of ['package-lock.json', 'tsconfig.json', 'scripts/build-dashboard.ts']) write(path, '{}');
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

it('is none where there are no sources', () => {
  expect(dashboardState(root)).toBe('none');
});

it('is current until something that it is built of changes', () => {
  write('dashboard/index.html', '<!doctype html>');
  write('dashboard/src/main.tsx', '1');
  expect(dashboardState(root)).toBe('outdated');
  const build = () => {
    mkdirSync(builtDashboard(root), { recursive: true });
    writeFileSync(stampOf(builtDashboard(root)), dashboardInputs(root));
  };
  build();
  expect(dashboardState(root)).toBe('current');
  for (const path of ['dashboard/src/new.ts', 'dashboard/src/main.tsx', 'package-lock.json']) {
    write(path, 'changed');
    expect([path, dashboardState(root)]).toEqual([path, 'outdated']);
    build();
  }
});

it('is current whatever its tests are, and what else lies where it is built', () => {
  write('dashboard/index.html', '<!doctype html>');
  mkdirSync(builtDashboard(root), { recursive: true });
  writeFileSync(stampOf(builtDashboard(root)), dashboardInputs(root));
  write('dashboard/src/main.test.ts', 'it');
  write('dashboard/dist/assets/index.js', 'built');
  write('dashboard/dist.partial-1/assets/index.js', 'half built');
  expect(dashboardState(root)).toBe('current');
});
