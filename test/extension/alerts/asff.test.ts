import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toAsff } from '../../../extension/alerts/asff.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { call, EVERY_KIND, finding } from './findings.ts';

const provided = provide('python');

/** AWS's own model of BatchImportFindings, as botocore carries it. */
const VALIDATE = `
import json, sys
import botocore.session
from botocore.validate import ParamValidator
shape = botocore.session.get_session().get_service_model("securityhub").operation_model("BatchImportFindings").input_shape
report = ParamValidator().validate({"Findings": json.load(sys.stdin)}, shape)
print(report.generate_report())
`;

function faults(findings: readonly unknown[]): string {
  const python = join(provided.folders.python, 'bin/python');
  return execFileSync(python, ['-c', VALIDATE], { input: JSON.stringify(findings), encoding: 'utf8' }).trim();
}

describe('the ASFF form of a finding', () => {
  it.skipIf(provided.missing !== null)(`is what AWS's model of BatchImportFindings takes${because(provided)}`, () => {
    expect(
      faults(EVERY_KIND.flatMap((one) => [toAsff(one, { now: 0 }), toAsff(one, { call: call(), count: 3 })])),
    ).toBe('');
    expect(faults([{ ...toAsff(finding()), Title: 1, Colour: 'red' }])).toContain('Title');
  });
  it.each(EVERY_KIND.map((one) => [one.key, one] as const))('has all that Security Hub requires: %s', (_key, one) => {
    const asff = toAsff(one, { now: 0 }) as unknown as Record<string, string> & {
      ProductFields: Record<string, string>;
    };
    for (const name of ['SchemaVersion', 'Id', 'ProductArn', 'GeneratorId', 'AwsAccountId', 'CreatedAt', 'UpdatedAt'])
      expect(asff[name], name).toBeTypeOf('string');
    expect(asff.AwsAccountId).toMatch(/^\d{12}$/);
    expect(asff.Title!.length).toBeLessThanOrEqual(256);
    expect(asff.Description!.length).toBeLessThanOrEqual(1_024);
    expect(Object.keys(asff.ProductFields).length).toBeLessThanOrEqual(50);
    for (const value of Object.values(asff.ProductFields)) expect(value.length).toBeLessThanOrEqual(2_048);
  });
  it('is created when it was told, and first observed when its call was made', () => {
    const late = finding({ toldAt: '2026-01-03T00:00:00.000Z' });
    expect(toAsff(late)).toMatchObject({
      FirstObservedAt: late.time,
      LastObservedAt: late.time,
      CreatedAt: late.toldAt,
      UpdatedAt: late.toldAt,
    });
  });

  it('takes the account and region of the function, else what the caller knows', () => {
    expect(toAsff(finding())).toMatchObject({ AwsAccountId: '111122223333', Region: 'eu-west-1' });
    expect(toAsff(finding({ function: 'resize' }), { account: '999988887777', region: 'us-east-2' })).toMatchObject({
      AwsAccountId: '999988887777',
      Region: 'us-east-2',
      ProductArn: 'arn:aws:securityhub:us-east-2:999988887777:product/999988887777/default',
    });
  });
});
