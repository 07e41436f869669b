import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { rolefence } from '../policy/rolefence.ts';
import { finding, fleet } from './fleet.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const why = CHROMIUM === undefined ? ' (skipped: no Chromium; Debian: chromium)' : '';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(CHROMIUM === undefined)(`the report in a browser${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-report-'));
  let browser: Browser;

  beforeAll(async () => {
    const { document, findings, calls } = fleet(6);
    const nasty = finding('<img src=x onerror=alert(1)>', 1, {
      key: '"><script>alert(2)</script>',
      reason: "</style><b>' & \u202eevil",
    });
    writeFileSync(join(folder, 'b.json'), serializeBaseline(document));
    writeFileSync(join(folder, 'f.jsonl'), [...findings, nasty].map((one) => `${JSON.stringify(one)}\n`).join(''));
    writeFileSync(join(folder, 'c.jsonl'), calls.map((one) => `${JSON.stringify(one)}\n`).join(''));
    writeFileSync(
      join(folder, 'p.json'),
      JSON.stringify({
        Statement: { Effect: 'Allow', Action: ['s3:*', 'dynamodb:PutItem', 'iam:PassRole'], Resource: '*' },
      }),
    );
    const { code, stderr } = rolefence(
      [
        'report',
        '--baseline',
        'b.json',
        '--findings',
        'f.jsonl',
        '--calls',
        'c.jsonl',
        '--role-policy',
        'p.json',
        '--out',
        'r.html',
      ],
      { cwd: folder },
    );
    expect(stderr).toContain('r.html shows 7 functions');
    expect(code).toBe(0);
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(options: {
    width: number;
    colorScheme: 'light' | 'dark';
  }): Promise<{ page: Page; said: string[] }> {
    const page = await browser.newPage({
      viewport: { width: options.width, height: 900 },
      colorScheme: options.colorScheme,
      bypassCSP: false,
    });
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('request', (request) => {
      if (!/^(?:file|data):/.test(request.url())) said.push(`request ${request.url()}`);
    });
    await page.goto(`file://${join(folder, 'r.html')}`);
    return { page, said };
  }

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('loads nothing, says nothing and is accessible at %d px in %s', async (width, colorScheme) => {
    const { page, said } = await open({ width, colorScheme });
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBe(0);
    expect(said).toEqual([]);
    await page.evaluate(AXE);
    const result = (await page.evaluate("axe.run(document, {resultTypes: ['violations']})")) as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    expect(result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 200)}`)).toEqual([]);
    await page.close();
  });

  it.each([390, 500, 800, 1280])(
    'has charts at %d px whose letters are read: none small, cut off or over another',
    async (width) => {
      const { page } = await open({ width, colorScheme: 'light' });
      const faults = await page.evaluate(`[...document.querySelectorAll('.chart')].flatMap((chart) => {
      const edge = chart.getBoundingClientRect();
      const shown = [...chart.querySelectorAll('span')].map((one) => ({
        text: one.textContent, size: parseFloat(getComputedStyle(one).fontSize), at: one.getBoundingClientRect(),
      })).filter(({ at }) => at.width > 0);
      const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
      return shown.flatMap(({ text, size, at }, i) => [
        ...(size < 12 ? [text + ' is small'] : []),
        ...(at.left < edge.left || at.right > edge.right + 1 ? [text + ' is cut off'] : []),
        ...shown.slice(i + 1).filter((other) => !apart(at, other.at)).map((other) => text + ' is over ' + other.text),
      ]);
    })`);
      expect(faults).toEqual([]);
      await page.close();
    },
  );

  it('has a list in place of the scope map on a phone, and cards in place of tables, and scrolls nothing sideways', async () => {
    const { page } = await open({ width: 390, colorScheme: 'light' });
    expect(await page.locator('.map').first().isVisible()).toBe(false);
    expect(await page.locator('#f0 .as-table tbody tr').first().isVisible()).toBe(true);
    const wide = await page.evaluate(
      `[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth + 1).length`,
    );
    expect(wide).toBe(0);
    const [card] = await page.locator('#all tbody tr').allInnerTexts();
    expect(card!.replaceAll(/\s+/g, ' ')).toMatch(/^orders-0 Act 4 2 6 \d+ learning$/);
    await page.getByLabel('Filter by name').fill('orders-3');
    expect(await page.locator('#all tbody tr:visible').count()).toBe(1);
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await page.locator('.map').first().isVisible()).toBe(true);
    expect(await page.locator('#f0 .as-table tbody tr').first().isVisible()).toBe(false);
    await page.close();
  });

  it('never takes a name or a reason for markup', async () => {
    const { page } = await open({ width: 1280, colorScheme: 'light' });
    expect(await page.locator('img, b:not(ul.tiles b):not(p b)').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.getByText('<img src=x onerror=alert(1)>').count()).toBeGreaterThan(0);
    await page.close();
  });

  it('can be filtered and sorted by keyboard', async () => {
    const { page } = await open({ width: 1280, colorScheme: 'light' });
    await page.getByLabel('Filter by name').focus();
    await page.keyboard.type('orders-3');
    expect(await page.locator('#told').textContent()).toBe('1 of 7 functions');
    await page.getByLabel('Filter by name').fill('');
    const button = page.getByRole('button', { name: 'Calls' });
    await button.focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('th[aria-sort=descending]').textContent()).toBe('Calls');
    await page.close();
  });

  it('shows every figure when printed, tables open', async () => {
    const { page } = await open({ width: 1280, colorScheme: 'dark' });
    await page.pdf({ path: join(folder, 'r.pdf') });
    expect(await page.locator('details:not([open])').count()).toBe(0);
    expect(readFileSync(join(folder, 'r.pdf')).subarray(0, 4).toString()).toBe('%PDF');
    await page.close();
  });
});
