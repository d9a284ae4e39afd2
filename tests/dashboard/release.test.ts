import { describeInBrowser } from './test-fixtures/browser.ts';
import { useDashboard } from './test-fixtures/dashboard.ts';
import { accessibilityFaults, greenOnPage } from './test-fixtures/faults-of-page.ts';
import { startMeasured } from './test-fixtures/measured-release.ts';

describeInBrowser('the page of a release', () => {
  const { api, open } = useDashboard();

  it.each(['light', 'dark'] as const)(
    'has no fault that axe finds, on any of its parts, in %s',
    async (theme) => {
      const { app, id } = await startMeasured(api);
      const { page, faults } = await open(`/r/${id}`, { theme });
      await page.getByRole('img', { name: /^Odds against/ }).waitFor();
      await page.getByRole('img', { name: /share of the traffic/ }).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.keyboard.press('t');
      await page.waitForURL('**table=yes*');
      await page.getByRole('region', { name: /^Checks of/ }).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      for (const [tab, shows] of [
        ['evaluation', 'Evaluation'],
        ['mirror', 'Mirror'],
        ['explanation', 'Why'],
      ] as const) {
        await page.goto(`${api.url}/ui/r/${id}?tab=${tab}`);
        await page.getByRole('heading', { name: shows, exact: true }).waitFor();
        expect([tab, await accessibilityFaults(page)]).toEqual([tab, []]);
      }
      for (const path of ['/apps', `/apps/${app}?from=a&to=b`]) {
        await page.goto(`${api.url}/ui${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page
          .getByText(path === '/apps' ? app : 'What changed: a → b')
          .first()
          .waitFor();
        expect([path, await accessibilityFaults(page)]).toEqual([path, []]);
      }
      expect(faults).toEqual([]);
    },
  );

  it.each(['light', 'dark'] as const)('nor on the pages beside it, in %s', async (theme) => {
    await startMeasured(api);
    const { page, faults } = await open('/', { theme });
    for (const [path, name, shows] of [
      ['/gateways', 'Gateways', /^production: /],
      ['/audit', 'Audit', 'release.created'],
    ] as const) {
      await page.goto(`${api.url}/ui${path}`);
      await page.getByRole('heading', { level: 1, name }).waitFor();
      await page.getByText(shows).first().waitFor();
      if (path === '/audit') {
        await page.getByRole('button', { name: 'Recompute it' }).click();
        await page.getByText('Head').waitFor();
      }
      expect([path, await accessibilityFaults(page)]).toEqual([path, []]);
    }
    expect(faults).toEqual([]);
  });

  it('offers what the API takes, asks with numbers, and does it once', async () => {
    const { id } = await startMeasured(api);
    const { page } = await open(`/r/${id}`);
    await page.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByLabel(/^Why/).fill('let me look');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await dialog.getByText('✔ Paused.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page
      .getByText(/let me look/)
      .first()
      .waitFor();
  });

  it('says what has moved where it has, and sends nothing again', async () => {
    const { id } = await startMeasured(api);
    const { page } = await open(`/r/${id}`);
    await page.getByRole('button', { name: 'Abort' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByLabel(/^Why/).fill('no use');
    // Somebody else is quicker.
    await api.post(`/v1/releases/${id}/abort`, { body: { reason: 'quicker' } });
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url());
    });
    await dialog.getByRole('button', { name: 'Abort' }).click();
    await dialog.getByText(/You saw: /).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).waitFor();
    expect(sent).toHaveLength(1);
  });

  it('shows a viewer the buttons with the reason why not', async () => {
    const { id } = await startMeasured(api);
    const { page } = await open(`/r/${id}`, { as: 'viewer' });
    const button = page.getByRole('button', { name: 'Abort' });
    await button.focus();
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('tooltip').filter({ visible: true }).waitFor();
    await button.click({ force: true });
    expect(await page.getByRole('alertdialog').count()).toBe(0);
  });

  it('is amber when nothing is known of it for 45 seconds, although the stream lives', async () => {
    const { id } = await startMeasured(api);
    const earlier = "- interval '2 minutes'";
    await api.db.query(`update evidence set measured_at = measured_at ${earlier} where release_id = $1`, [
      id,
    ]);
    await api.db.query(`update release set updated_at = updated_at ${earlier} where id = $1`, [id]);
    const { page } = await open(`/r/${id}`);
    await page.getByText(/● live/).waitFor();
    await page
      .getByText(/! known \d+ m?s? ?.* ago/)
      .first()
      .waitFor();
    expect((await greenOnPage(page)).filter((element) => !element.includes('● live'))).toEqual([]);
  });

  it.each([360, 820, 1440])('fits a window of %i pixels', async (width) => {
    const { id } = await startMeasured(api);
    const { page } = await open(`/r/${id}`, { width });
    await page.getByRole('img', { name: /^Odds against/ }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
});
