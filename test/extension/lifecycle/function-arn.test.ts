import { describe, expect, it } from 'vitest';
import { aliasOf, functionArn, unqualifiedArn } from '../../../extension/lifecycle/function-arn.ts';
import { readResumption } from '../../../extension/lifecycle/resume.ts';

describe('the function’s ARN', () => {
  it.each([
    [
      'arn:aws:lambda:us-east-1:111122223333:function:resize:live',
      'arn:aws:lambda:us-east-1:111122223333:function:resize',
    ],
    ['arn:aws:lambda:us-east-1:111122223333:function:resize', 'arn:aws:lambda:us-east-1:111122223333:function:resize'],
    ['resize', null],
    ['', null],
  ])('is unqualified: %s', (arn, wanted) => {
    expect(unqualifiedArn(arn)).toBe(wanted);
  });

  it.each([
    ['arn:aws:lambda:us-east-1:111122223333:function:resize:live', 'live'],
    ['arn:aws:lambda:us-east-1:111122223333:function:resize:42', null],
    ['arn:aws:lambda:us-east-1:111122223333:function:resize:$LATEST', null],
    ['arn:aws:lambda:us-east-1:111122223333:function:resize', null],
    ['', null],
  ])('tells the alias that was invoked: %s', (arn, alias) => {
    expect(aliasOf(arn)).toBe(alias);
  });

  it.each([
    ['eu-central-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-isob'],
  ])('is in the partition of its region: %s', (region, partition) => {
    expect(functionArn(region, '111122223333', 'f')).toBe(`arn:${partition}:lambda:${region}:111122223333:function:f`);
  });

  it('is not guessed where the account is not known', () => {
    expect(functionArn('us-east-1', null, 'f')).toBeNull();
  });
});

describe('what a successor is handed', () => {
  it.each([
    [undefined, null],
    [' ', null],
    ['ID 4711', { identifier: 'ID', port: 4711 }],
    ['ID', { identifier: 'ID', port: 0 }],
    ['ID 99999', { identifier: 'ID', port: 0 }],
  ])('%j', (text, wanted) => {
    expect(readResumption(text)).toEqual(wanted);
  });
});
