import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { audit } from '../../../baseline/policy/audit/audit.ts';
import { Collector } from '../../../cli/audit/collector.ts';
import { readTemplate } from '../../../cli/audit/read.ts';

/** A folder of this test file, gone when it has ended. */
export function auditFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-audit-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let files = 0;
  return {
    folder,
    /** Findings of a template, as "rule severity line resource". Without a process of its own for each: the command has its tests. */
    found(text: string, name = `t-${files++}.yaml`, account: string | null = null): string[] {
      const path = join(folder, name);
      writeFileSync(path, text);
      const model = new Collector();
      readTemplate({ name: path, given: true }, model);
      return audit(model, { account }).map((one) => `${one.ruleId} ${one.severity} ${one.line} ${one.resource}`);
    },
  };
}

export const SENSOR = `      Layers: [!Ref RolefenceLayer]
      Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/rolefence/wrapper}}
`;

export const sam = (policies: string) => `Transform: AWS::Serverless-2016-10-31
Resources:
  Resize:
    Type: AWS::Serverless::Function
    Properties:
${SENSOR}      Policies:
${policies}`;

export const statement = (lines: string) =>
  sam(`        - Statement:\n            - Effect: Allow\n${lines.replace(/^/gm, '              ')}\n`);
