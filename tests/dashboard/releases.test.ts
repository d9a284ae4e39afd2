import { startCanary } from '../../api/test-fixtures/bank.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { describeInBrowser } from './test-fixtures/browser.ts';
import { useDashboard } from './test-fixtures/dashboard.ts';
import { accessibilityFaults, greenOnPage } from './test-fixtures/faults-of-page.ts';

describeInBrowser('the list of releases', () => {
  const { api, open } = useDashboard();

  it('asks for a token, says where to get one, and takes no wrong one', async () => {
    const { page, faults } = await open('/');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('API token').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByText('sluice up --new-token').waitFor();
    await page.getByLabel('API token').fill('slc_wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText(/unknown, revoked, or has expired/).waitFor();
    await page.getByLabel('API token').fill(api.tokens.viewer);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('viewer · viewer').waitFor();
    // The token is nowhere but in this tab's own store.
    expect(page.url()).toBe(`${api.url}/ui/`);
    expect(await page.evaluate(() => [localStorage.length, document.cookie, sessionStorage.length])).toEqual([
      0,
      '',
      1,
    ]);
    expect(faults).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has no fault that axe finds, empty and full, in %s', async (theme) => {
    const { page, faults } = await open('/?app=nothing-is-called-so', { theme });
    await page.getByText('No release is like this.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const { id } = await startCanary(api);
    await page.goto(`${api.url}/ui/`);
    await page.locator(`a[href="/ui/r/${id}"]`).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('hears of a new release by the stream, without being asked', async () => {
    const { page } = await open('/');
    await page.getByText(/● live/).waitFor();
    const { id } = await startCanary(api);
    await page.locator(`a[href="/ui/r/${id}"]`).waitFor();
  });

  it('keeps its filters in the link', async () => {
    const { app, id } = await startCanary(api);
    await startCanary(api);
    const { page } = await open('/');
    await page.keyboard.press('/');
    await page.keyboard.type(app);
    await page.waitForURL(`**/ui/?app=${app}`);
    await page.getByText('1 release', { exact: true }).waitFor();
    await page.reload();
    await page.locator(`a[href="/ui/r/${id}"]`).waitFor();
    await page.getByText('1 release', { exact: true }).waitFor();
  });

  it('is walked by keys alone', async () => {
    await startCanary(api);
    const { page } = await open('/');
    await page.locator('[data-row]').first().waitFor();
    await page.keyboard.press('j');
    const first = await page.evaluate(() => document.activeElement?.getAttribute('href'));
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe(first);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${first ?? ''}`);
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.waitForURL('**/ui/');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Find' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('is amber with its age, and nowhere green, after 45 seconds without data (and says so at once)', async () => {
    await startCanary(api);
    const way = await startCuttableProxy(api.url);
    const { page, faults } = await open('/', { by: way.url });
    await page.getByText(/● live/).waitFor();
    expect(await greenOnPage(page)).not.toEqual([]);
    await page.clock.install();
    await way.cut();
    await page.clock.fastForward(50_000);
    await page
      .getByText(/data .* old/)
      .first()
      .waitFor();
    expect(await greenOnPage(page)).toEqual([]);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it.each([360, 820, 1440])('fits a window of %i pixels', async (width) => {
    await startCanary(api);
    const { page } = await open('/', { width });
    await page.locator('[data-row]').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
});
