import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../extension/config.ts';
import { createGuard } from '../../extension/guard/guard.ts';
import { createLog } from '../../extension/log.ts';
import { loadRules, parseRules } from '../../extension/rules-file.ts';
import { armRules } from '../../extension/startup.ts';
import { call } from './alerts/findings.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolefence-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

const YAML = `# What ana wrote
format: rolefence.rules/1
rules:
  - name: backups
    effect: allow
    match:
      action: s3:GetObject
      resource: "arn:aws:s3:::backups/*"   # nightly
    until: 2026-12-31
  - name: no mail
    effect: block
    match: { action: [ses:*, sns:Publish] }
`;

describe('a rules file', () => {
  it('is YAML or JSON, and says the same in both', async () => {
    const yaml = parseRules('rules.yaml', YAML);
    expect(yaml.problems).toEqual([]);
    const json = JSON.stringify({
      format: 'rolefence.rules/1',
      rules: [
        {
          name: 'backups',
          effect: 'allow',
          match: { action: 's3:GetObject', resource: 'arn:aws:s3:::backups/*' },
          until: '2026-12-31',
        },
        { name: 'no mail', effect: 'block', match: { action: ['ses:*', 'sns:Publish'] } },
      ],
    });
    expect(parseRules('rules.json', json)).toEqual(yaml);
  });
  it.each([
    [
      'an unknown effect',
      YAML.replace('effect: block', 'effect: forbid'),
      'rules.yaml:11: rules[1].effect: one of allow',
    ],
    ['an unknown member', YAML.replace('    until:', '    till:'), 'rules.yaml:9: rules[0].till: is not known here'],
    ['a missing name', YAML.replace('name: no mail\n    ', ''), 'rules.yaml:10: rules[1].name: a text'],
    ['broken YAML', YAML.replace('match: {', 'match: }{'), 'rules.yaml:12: '],
    [
      'a member twice',
      YAML.replace('    until:', '    effect: block\n    until:'),
      'rules.yaml:9: "effect" stands here twice',
    ],
  ])('names file, line and field for %s', async (_what, text, expected) => {
    const { problems } = parseRules('rules.yaml', text);
    expect(problems[0]).toContain(expected);
  });
  it('names the line in JSON too', async () => {
    const text = '{"format":"rolefence.rules/1",\n"rules":[\n{"name":"x","effect":"allow",\n"match":{"region":"*"}}]}';
    expect(parseRules('rules.json', text).problems[0]).toMatch(/^rules\.json:4: rules\[0\]\.match: /);
  });
  it('that is missing is one sentence', async () => {
    expect(loadRules('/nowhere/rules.yaml')).toEqual({
      rules: null,
      problems: ['/nowhere/rules.yaml: it cannot be read (ENOENT)'],
    });
  });
});

describe('in the sensor', () => {
  async function armed(text: string | null, mode = 'block') {
    const path = join(folder, 'rules.yaml');
    if (text !== null) writeFileSync(path, text);
    const lines: string[] = [];
    const { config } = readConfig({
      ROLEFENCE_MODE: mode,
      ROLEFENCE_ON_FAILURE: 'open',
      ROLEFENCE_RULES: text === null ? '/nowhere/rules.yaml' : path,
    });
    const guard = createGuard(config);
    await armRules(
      guard,
      config,
      createLog('info', (line) => lines.push(line)),
    );
    return { guard, lines };
  }
  const mail = () =>
    call({ service: 'ses', operation: 'SendEmail', access: [{ action: 'ses:SendEmail', resources: ['*'] }] });

  it('its rules hold', async () => {
    const { guard, lines } = await armed(YAML);
    expect(lines).toEqual([]);
    expect(guard.before(mail()).verdict).toBe('block');
  });
  it('a fault in one rule takes what allows away and keeps what forbids', async () => {
    const { guard, lines } = await armed(YAML.replace('until: 2026-12-31', 'until: tomorrow'));
    expect(lines.join('\n')).toContain('ROLEFENCE_RULES: ');
    expect(lines.join('\n')).toContain(':9: rules[0].until');
    expect(lines.join('\n')).toContain('only block and cap rules hold');
    expect(guard.before(mail()).verdict).toBe('block');
  });
  it('a file that is missing is one line and one critical finding', async () => {
    const { guard, lines } = await armed(null);
    expect(lines).toEqual([
      'rolefence: error: ROLEFENCE_RULES: /nowhere/rules.yaml: it cannot be read (ENOENT): no rule holds',
    ]);
    expect(guard.before(mail()).findings[0]).toMatchObject({ severity: 'critical', detector: 'sensor' });
  });
});
