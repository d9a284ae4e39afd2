import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { useApi, type ApiUnderTest } from '../../../api/test-fixtures/api-under-test.ts';
import { readDashboard } from '../../../api/ui/dashboard-files.ts';
import { startBrowser } from './browser.ts';
import { listenForFaults } from './faults-of-page.ts';

const built = join(import.meta.dirname, '../../../dashboard/dist');

export interface OpenedPage {
  readonly page: Page;
  /** What went wrong in it so far. */
  readonly faults: readonly string[];
}

export interface DashboardUnderTest {
  readonly api: ApiUnderTest;
  /** Opens an address below `/ui`, logged in as a role of the tests' API. */
  open(path: string, options?: OpenOptions): Promise<OpenedPage>;
}

interface OpenOptions {
  readonly as?: 'viewer' | 'releaser' | 'operator' | 'admin';
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  /** Another way to the API than straight. */
  readonly by?: string;
}

/** An API with the dashboard that is built, and a browser; call it at the top of a `describe`. */
export function useDashboard(): DashboardUnderTest {
  const dashboard = readDashboard(built);
  if (dashboard.size === 0) throw new Error('The dashboard is not built: npm run bootstrap');
  const api = useApi({ dashboard });
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
  return {
    api,
    async open(path, { as = 'admin', theme = 'light', width = 1280, by = api.url } = {}) {
      if (browser === undefined) throw new Error('The browser is there once beforeAll has run.');
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme });
      const page = await context.newPage();
      const faults = listenForFaults(page);
      await page.goto(new URL(`/ui${path}#token=${api.tokens[as]}`, by).href);
      await page.getByRole('button', { name: 'Log out' }).waitFor();
      return { page, faults };
    },
  };
}
