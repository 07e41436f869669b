import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { attention, levelOf, nextSteps } from '../../../cli/report/attention.ts';
import { Gatherer } from '../../../cli/report/gather.ts';
import { bucketsOf } from '../../../cli/report/page/chart.ts';
import { esc, middle } from '../../../cli/report/page/escape.ts';
import { page } from '../../../cli/report/page/page.ts';
import { resized } from '../../baseline/calls.ts';
import { ROOT, rolefence } from '../policy/rolefence.ts';
import { finding, fleet } from './fleet.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolefence-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);
const lines = (list: readonly unknown[]) => list.map((one) => `${JSON.stringify(one)}\n`).join('');

function gathered(count: number) {
  const { document, findings, calls } = fleet(count);
  const gatherer = new Gatherer();
  for (const one of findings) gatherer.finding(one);
  for (const one of calls) gatherer.call(one);
  return gatherer.functions(
    Object.entries(document.functions).map(([name, baseline]) => ({ name, read: () => baseline })),
    () => null,
  );
}

const data = (count: number) => ({ sources: ['b.json'], made: '2026-01-09T00:00:00.000Z', functions: gathered(count) });

describe('a report', () => {
  it('has a row for every function and the details of the worst first', () => {
    const html = page(data(25), { live: null, limit: 1e7 });
    expect(html.match(/<tr><td class="name">/g)).toHaveLength(25);
    const order = [...html.matchAll(/<section class="function card"[^>]*><h2[^>]*>([\w-]+)/g)].map(([, name]) => name);
    expect(order).toHaveLength(25);
    expect(order.slice(0, 2)).toEqual(['orders-0', 'orders-20']);
  });

  it('stays below its limit, and leaves out the details of the quietest', () => {
    const html = page(data(60), { live: null, limit: 200_000 });
    expect(html.length).toBeLessThan(200_000);
    expect(html.match(/<tr><td class="name">/g)).toHaveLength(60);
    expect(html).toContain('quieter ones have their row only');
    expect(html).toContain('id="f0"');
    expect(html).not.toContain('href="#f59"');
  });

  it('loads nothing from anywhere', () => {
    const html = page(data(3), { live: null, limit: 1e7 });
    expect(html).toContain("default-src 'none'");
    expect(html.match(/(?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
    expect(html).not.toMatch(/url\(|@import|https?:/);
  });

  it('puts what was let through above what was refused', () => {
    const gatherer = new Gatherer();
    gatherer.finding(finding('refused', 1, { blocked: true }));
    gatherer.finding(finding('open', 1, { blocked: false }));
    gatherer.finding(finding('quiet', 3));
    const [refused, open, quiet] = gatherer.functions([], () => null);
    expect(attention(open!)).toBeGreaterThan(attention(refused!));
    expect(attention(refused!)).toBeGreaterThan(attention(quiet!));
    expect([refused!, open!, quiet!].map(levelOf)).toEqual(['act', 'act', 'look']);
    expect(nextSteps(open!)[0]!.text).toContain('let through');
    expect(nextSteps(refused!)[0]!.text).toContain('refused');
    expect(nextSteps(quiet!)[0]!.text).toMatch(/^Look at what was found: s3:GetObject arn:aws:s3:::backups-\d\/\*/);
  });

  it('does not advise to go on learning where that can never make it ready', () => {
    const [one] = data(1).functions;
    const steps = (hindered: boolean) =>
      nextSteps({ ...one!, ready: 'learning', coverage: { ...one!.coverage!, hindered } }).at(-1)!.text;
    expect(steps(true)).toMatch(/^Grant what it tries and AWS refuses/);
    expect(steps(false)).toMatch(/^Keep learning/);
  });

  it('takes names and ARNs of one function for one', () => {
    const gatherer = new Gatherer();
    gatherer.finding(finding('arn:aws:lambda:eu-west-1:111122223333:function:resize', 1));
    gatherer.finding(finding('resize', 1));
    expect(gatherer.functions([], () => null).map(({ name, findings }) => [name, findings[0]!.findings.count])).toEqual(
      [['resize', 2]],
    );
  });

  it('counts what was only a notice apart from findings', () => {
    const gatherer = new Gatherer();
    const told = { key: 'hours', resource: 'arn:aws:s3:::backups/1' };
    gatherer.finding(finding('payout', 2, { ...told, blocked: false }));
    for (let n = 0; n < 3; n++) gatherer.finding(finding('payout', n, { ...told, severity: 'info', blocked: n === 0 }));
    const functions = gatherer.functions([], () => null);
    expect(functions[0]!.findings).toMatchObject([
      { severity: 'medium', findings: { count: 1, blocked: 0 }, notices: { count: 3, blocked: 1 } },
    ]);
    const html = page({ ...data(0), functions }, { live: null, limit: 1e7 });
    expect(html).toContain('<li><b>1</b> finding</li><li><b>1</b> blocked</li><li><b>3</b> notices</li>');
    expect(html).toContain('<td class="n">1<br><span class="whole soft">3 notices</span></td><td class="n">1</td>');
    // On a scale of their own: of many, one finding would be a hairline
    const charts = [...html.matchAll(/Findings over time, [^"]*: ([^":]+)"/g)].map(([, sums]) => sums);
    expect(charts).toEqual(['medium 1', 'notices 3']);
    const other = [...functions, { ...functions[0]!, name: 'other', findings: [] }];
    const cells = page({ ...data(0), functions: other }, { live: null, limit: 1e7 }).match(/<tbody>.*?<\/tbody>/s)![0];
    expect(cells.match(/data-v="-?\d+">[^<]+(?=<\/td>)/g)!.slice(0, 3)).toEqual([
      'data-v="1">1',
      'data-v="1">1',
      'data-v="3">3',
    ]);
  });

  it('needs nobody where there are only notices', () => {
    const gatherer = new Gatherer();
    gatherer.finding(finding('quiet', 1, { severity: 'info', blocked: false }));
    const [quiet] = gatherer.functions([], () => null);
    expect([attention(quiet!), levelOf(quiet!)]).toEqual([0, 'fine']);
  });

  it('but where they were refused, or would be in block mode', () => {
    const gatherer = new Gatherer();
    for (let n = 0; n < 3; n++) {
      const notice = { severity: 'info', resource: 'arn:aws:s3:::news/1', callId: `n-${n}` } as const;
      gatherer.finding(finding('refused', n, { ...notice, blocked: true }));
      gatherer.finding(finding('open', n, { ...notice, blocked: false }));
    }
    gatherer.finding(
      finding('open', 3, { severity: 'high', resource: 'arn:aws:s3:::news/1', callId: 'n-0', blocked: false }),
    );
    const [refused, open] = gatherer.functions([], () => null);
    expect(levelOf(refused!)).toBe('look');
    expect(nextSteps(refused!)[0]!.text).toContain('refused that came as notices, 3 times');
    expect(open!.outside).toMatchObject([{ blocked: false, count: 3 }]);
    expect(nextSteps({ ...open!, ready: 'block' }).map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/Not yet for block mode: it would refuse what went through 3 times/),
    );
  });

  it('is not ready for block mode anywhere where that would refuse what went through', () => {
    const learner = createLearner();
    for (let n = 0; n < 900; n++) {
      const time = new Date(Date.UTC(2026, 0, 1) + n * 900_000).toISOString();
      for (const one of resized(`${n}`, `run-${n}`)) learner.observe({ ...one, time });
    }
    const { resize } = learner.document().functions;
    const ready = (went: number) => {
      const gatherer = new Gatherer();
      for (let n = 0; n < went; n++)
        gatherer.finding(
          finding('resize', n, { severity: 'info', resource: 'arn:aws:s3:::news/1', callId: `n-${n}`, blocked: false }),
        );
      const functions = gatherer.functions([{ name: 'resize', read: () => resize! }], () => null);
      const html = page({ ...data(0), functions: [...functions, ...gathered(1)] }, { live: null, limit: 1e7 });
      return { functions, html, next: nextSteps(functions[0]!).at(-1)!.text };
    };
    const calm = ready(0);
    expect(calm.functions[0]!.ready).toBe('block');
    expect(calm.html).toContain('<b>1</b> ready for block mode');
    expect(calm.html).toContain('resize is ready for block mode');
    expect(calm.next).toBe('Ready for block mode.');
    const open = ready(606);
    expect(open.functions[0]!.ready).toBe('alert');
    expect(open.html).toContain('<b>0</b> ready for block mode');
    expect(open.html).not.toContain('resize is ready for block mode');
    expect(open.html).toContain('but what went through 606 times would be refused.');
    expect(open.next).toMatch(/^Not yet for block mode: it would refuse what went through 606 times/);
  });
});

it('says so where a baseline is given for findings', () => {
  writeFileSync(file('not-findings.json'), serializeBaseline(fleet(1).document));
  const { code, stderr } = rolefence(['report', '--findings', file('not-findings.json'), '--out', file('none.html')]);
  expect(code).toBe(2);
  expect(stderr).toContain('not-findings.json:1: one JSON document (a baseline?), not findings');
});

describe('its parts', () => {
  it('cuts time into at most sixty even steps', () => {
    expect(bucketsOf([])).toBeNull();
    expect(bucketsOf(['2026-01-01T00', '2026-01-01T05'])).toMatchObject({ unit: 'hour', starts: { length: 6 } });
    const days = bucketsOf(['2026-01-01T23', '2026-01-20T01'])!;
    expect([days.unit, days.starts.length, days.index('2026-01-02T12')]).toEqual(['day', 20, 1]);
    expect(bucketsOf(['2025-01-01T00', '2026-01-01T00'])!.starts.length).toBeLessThanOrEqual(60);
    expect(bucketsOf(['1970-01-01T00', '2026-01-01T00'])!.starts.length).toBe(60);
  });

  it('escapes markup and marks that turn text around', () => {
    expect(esc('<a href="x">\'&\u202e\u0000')).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;\ufffd\ufffd');
  });

  it('cuts long names in the middle', () => {
    expect(middle('a'.repeat(10) + 'b'.repeat(10), 10)).toBe('aaaaaa…bbb');
    expect(middle('short', 10)).toBe('short');
  });
});

describe('rolefence report', () => {
  const { document, findings, calls } = fleet(3);
  writeFileSync(file('b.json'), serializeBaseline(document));
  writeFileSync(file('f.jsonl'), lines(findings));
  writeFileSync(file('c.jsonl'), lines(calls));

  it('writes one file that only its owner can read', () => {
    const { code } = rolefence(
      ['report', '--baseline', 'b.json', '--findings', 'f.jsonl', '--calls', 'c.jsonl', '--out', 'r.html'],
      { cwd: folder },
    );
    expect(code).toBe(0);
    expect(statSync(file('r.html')).mode & 0o777).toBe(0o600);
    expect(readFileSync(file('r.html'), 'utf8')).toMatch(/^<!doctype html>.*<\/html>\n$/s);
  });

  it('gives its figures as JSON', () => {
    const { stdout } = rolefence(
      ['report', '--baseline', 'b.json', '--findings', 'f.jsonl', '--calls', 'c.jsonl', '--json'],
      { cwd: folder },
    );
    const { functions } = JSON.parse(stdout);
    expect(functions[0]).toMatchObject({
      function: 'orders-0',
      state: 'act',
      findings: 4,
      blocked: 2,
      calls: 6,
      unused: null,
    });
  });

  it.each([
    [['report'], 'nothing to report on'],
    [['report', '--baseline', 'b.json'], '--out FILE is missing'],
    [
      ['report', '--findings', 'bad.jsonl', '--out', 'x.html'],
      'bad.jsonl:2: field severity is not one of info, low, medium, high, critical',
    ],
    [['report', '--findings', 'ocsf.jsonl', '--out', 'x.html'], 'ocsf.jsonl:1: this is a finding in another format'],
    [['report', '--baseline', 'b.json', '--out', 'none/x.html'], '--out: none/x.html cannot be written'],
    [['report', '--baseline', 'b.json', '--function', 'other', '--out', 'x.html'], 'no input has a function "other"'],
    [['report', 'b.json', '--out', 'x.html'], 'b.json is not expected here'],
  ])('%j ends with exit code 2 and one line', (args, sentence) => {
    writeFileSync(file('bad.jsonl'), lines([finding('a', 1), { ...finding('a', 1), severity: 'awful' }]));
    writeFileSync(file('ocsf.jsonl'), lines([{ class_uid: 2004 }]));
    const { code, stderr } = rolefence(args, { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(file('x.html'))).toBe(false);
  });

  it('shows a live report on loopback to nobody but this machine, and follows the files', async () => {
    const child = spawn(process.execPath, [join(ROOT, 'cli/main.ts'), 'report', '--findings', 'f.jsonl', '--serve'], {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let said = '';
        child.stderr.on('data', (part) => {
          said += part;
          const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(said);
          if (found !== null) resolve(found[0]);
        });
        child.once('close', () => reject(new Error(said)));
      });
      const first = await get(url);
      expect(first.status).toBe(200);
      expect(first.body).toContain('data-live=');
      expect(first.body).toContain('orders-0');
      const before = (await get(`${url}state`)).body;
      appendFileSync(file('f.jsonl'), lines([finding('late', 0)]));
      expect((await get(`${url}state`)).body).not.toBe(before);
      expect((await get(url)).body).toContain('late');
      expect((await get(url, { host: 'attacker.example' })).status).toBe(421);
      expect((await get(`${url}other`)).status).toBe(404);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  });
});

function get(url: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request(url, { headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    })
      .on('error', reject)
      .end();
  });
}

/** Of a process and its threads: whatever else the machine does, it is the same. */
function processorSeconds(args: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; time "$0" "$@"';
  const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stderr
    .trim()
    .split('\n')
    .at(-1)!
    .split(' ')
    .reduce((sum, seconds) => sum + Number(seconds), 0);
}

describe.skipIf(!process.env.ROLEFENCE_TEST_ALL)('a report on ten thousand functions (ROLEFENCE_TEST_ALL only)', () => {
  it('is one file below ten megabytes, and costs a small multiple of parsing what it was made of', () => {
    const { document, findings, calls } = fleet(10_000);
    writeFileSync(file('fleet.json'), serializeBaseline(document));
    writeFileSync(file('fleet-f.jsonl'), lines(findings));
    writeFileSync(file('fleet-c.jsonl'), lines(calls));
    const parse = `const {readFileSync} = require('node:fs');
      JSON.parse(readFileSync('fleet.json', 'utf8'));
      for (const name of ['fleet-f.jsonl', 'fleet-c.jsonl'])
        for (const line of readFileSync(name, 'utf8').split('\\n')) if (line !== '') JSON.parse(line);`;
    const floor = processorSeconds(['-e', parse]);
    const used = processorSeconds([
      join(ROOT, 'cli/main.ts'),
      'report',
      '--baseline',
      'fleet.json',
      '--findings',
      'fleet-f.jsonl',
      '--calls',
      'fleet-c.jsonl',
      '--out',
      'fleet.html',
    ]);
    // Seen: 2.9 to 3.6
    expect(used / floor).toBeLessThan(6);
    expect(statSync(file('fleet.html')).size).toBeLessThan(10_000_000);
  }, 120_000);
});
