import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { rules } from '../../../baseline/policy/audit/audit.ts';
import { ROOT, rolefence } from '../policy/rolefence.ts';
import { auditFolder, statement } from './templates.ts';

const { folder } = auditFolder();

describe('what rolefence audit prints', () => {
  it('is SARIF 2.1.0 by its published schema', () => {
    const schema = JSON.parse(
      readFileSync(join(ROOT, 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
    );
    // Its draft-04 differs from Ajv's draft-07 in names only, for what it uses
    delete schema.$schema;
    delete schema.id;
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    (formats as unknown as (to: Ajv) => void)(ajv);
    const validate = ajv.compile(schema);
    writeFileSync(
      join(folder, 'a b.yaml'),
      `${statement('Action: s3:*\nResource: "*"')}  Mail:\n    Type: AWS::Serverless::Function\n`,
    );
    const { stdout, code } = rolefence(['audit', '--format', 'sarif', 'a b.yaml'], { cwd: folder });
    const log = JSON.parse(stdout);
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    expect(code).toBe(1);
    const [run] = log.runs;
    expect(run.tool.driver.rules).toHaveLength(rules.length);
    expect(run.results[0]).toMatchObject({
      ruleId: 'RF102',
      ruleIndex: 1,
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b.yaml', uriBaseId: 'SRCROOT' },
            region: { startLine: 10 },
          },
        },
      ],
    });
  });

  it('is a table that says why and how to mend', () => {
    writeFileSync(join(folder, 'wide.yaml'), statement('Action: "*"\nResource: "*"'));
    const { stdout } = rolefence(['audit', 'wide.yaml'], { cwd: folder });
    expect(stdout).toContain(
      'CRITICAL RF101 Everything is allowed\n  wide.yaml:10  Resize\n    every action is allowed on every resource\n',
    );
    expect(stdout).toContain('Why: ');
    expect(stdout).toContain('Fix: ');
  });

  it('is JSON in the documented form, with an exit code that notices do not raise', () => {
    const bare = 'Resources:\n  Mail:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: a.b}\n';
    writeFileSync(join(folder, 'bare.yaml'), bare);
    writeFileSync(join(folder, 'all.yaml'), statement('Action: "*"\nResource: "*"'));
    const notice = rolefence(['audit', '--json', 'bare.yaml'], { cwd: folder });
    expect(notice.code).toBe(0);
    expect(JSON.parse(notice.stdout).findings.map((one: { severity: string }) => one.severity)).toEqual(['info']);
    const { code, stdout, stderr } = rolefence(['audit', '--json', 'all.yaml'], { cwd: folder });
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toEqual({
      findings: [
        {
          ruleId: 'RF101',
          severity: 'critical',
          file: 'all.yaml',
          line: 10,
          resource: 'Resize',
          message: 'every action is allowed on every resource',
          fix: expect.stringMatching(/\.$/),
        },
      ],
    });
  });

  it('can leave out rules and what is less serious', () => {
    writeFileSync(join(folder, 'some.yaml'), statement('Action: [iam:PassRole, lambda:CreateFunction]\nResource: "*"'));
    const ids = (...options: string[]) =>
      JSON.parse(rolefence(['audit', '--json', ...options, 'some.yaml'], { cwd: folder }).stdout).findings.map(
        (one: { ruleId: string }) => one.ruleId,
      );
    expect(ids('--severity', 'critical')).toEqual(['RF201']);
    expect(ids('--ignore', 'RF201', '--ignore', 'rf103')).toEqual(['RF202']);
  });
});

describe('the rules', () => {
  it.each(rules.map((rule) => [rule.id, rule] as const))('%s says what, why and how to mend', (id, rule) => {
    expect(id).toMatch(/^RF\d{3}$/);
    expect(rule.title).not.toMatch(/\.$/);
    expect(rule.why).toMatch(/\.$/);
    expect(rule.fix).toMatch(/\.$/);
  });

  it('have an id each', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });
});
