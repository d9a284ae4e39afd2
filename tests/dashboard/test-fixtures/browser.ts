import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium of this machine: `SLUICE_CHROMIUM`, or where Debian and others put theirs; undefined where there is none. */
function findChromium(environment = process.env): string | undefined {
  return [environment['SLUICE_CHROMIUM'], ...places].find((file) => file !== undefined && existsSync(file));
}

/**
 * `describe` for tests that look at pages: skipped, with a loud line, on a machine that has no Chromium. CI has one, or
 * fails.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  if (findChromium() !== undefined) {
    describe(name, tests);
    return;
  }
  if (process.env['CI'] !== undefined) throw new Error('CI tests the dashboard: apt-get install chromium');
  const line = `NOT TESTED: ${name}. There is no Chromium: apt-get install chromium, or set SLUICE_CHROMIUM.`;
  process.stderr.write(`\n!!! ${line}\n\n`);
  describe.skip(line, tests);
}

/** Starts the machine's own Chromium, without a window. */
export function startBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium here.');
  // Root, as in CI, has no sandbox of Chromium's; what is opened is our own pages.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
