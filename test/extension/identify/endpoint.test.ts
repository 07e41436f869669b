import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAwsEndpoint, readEndpoint } from '../../../extension/identify/endpoint.ts';

describe('isAwsEndpoint', () => {
  it.each([
    's3.amazonaws.com',
    'bucket.s3.eu-west-1.amazonaws.com',
    'dynamodb.us-east-1.api.aws',
    'sqs.cn-north-1.amazonaws.com.cn',
    'sts.us-iso-east-1.c2s.ic.gov',
    'us-east-1.signin.aws.amazon.com',
    'abc.execute-api.us-east-1.amazonaws.com',
    'vpce-0a-1b.sqs.us-east-1.vpce.amazonaws.com',
  ])('%s is one', (host) => expect(isAwsEndpoint(host)).toBe(true));

  it.each([
    'example.com',
    'amazonaws.com',
    'notamazonaws.com',
    'amazonaws.com.example.com',
    'my-lb-1.us-east-1.elb.amazonaws.com',
    'my-lb-1.elb.us-east-1.amazonaws.com',
    'ec2-1-2-3-4.us-west-2.compute.amazonaws.com',
    'ec2-1-2-3-4.compute-1.amazonaws.com',
    'docs.aws.amazon.com',
    'www.amazon.com',
    'abc.lambda-url.us-east-1.on.aws',
    '127.0.0.1',
    '',
  ])('%s is none', (host) => expect(isAwsEndpoint(host)).toBe(false));
});

describe('readEndpoint', () => {
  it.each([
    ['sqs.us-east-1.amazonaws.com', 'us-east-1', 'aws', ['sqs'], false],
    ['us-east-1.queue.amazonaws.com', 'us-east-1', 'aws', ['queue'], false],
    ['queue.amazonaws.com', null, 'aws', ['queue'], false],
    ['iam.amazonaws.com', null, 'aws', ['iam'], false],
    ['iam.us-gov.amazonaws.com', null, 'aws-us-gov', ['iam'], false],
    ['kms-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1', 'aws-us-gov', ['kms'], false],
    ['api.ecr.eu-west-1.amazonaws.com', 'eu-west-1', 'aws', ['api', 'ecr'], false],
    ['123456789012.ddb.us-east-1.amazonaws.com', 'us-east-1', 'aws', ['123456789012', 'ddb'], false],
    ['vpce-0a1b-2c3d-us-east-1a.dynamodb.us-east-1.vpce.amazonaws.com', 'us-east-1', 'aws', ['dynamodb'], true],
    ['search-logs-x.us-east-1.es.amazonaws.com', 'us-east-1', 'aws', ['search-logs-x', 'es'], false],
    ['bucket.s3.dualstack.eu-west-1.amazonaws.com', 'eu-west-1', 'aws', ['bucket', 's3'], false],
    ['us-east-1.s3.amazonaws.com', null, 'aws', ['us-east-1', 's3'], false],
  ])('%s', (host, region, partition, labels, vpc) => {
    expect(readEndpoint(host)).toEqual({ region, partition, labels, vpc });
  });

  it('answers for any host under an AWS domain', () => {
    const label = fc.constantFrom(
      's3',
      'us-east-1',
      'vpce',
      'dualstack',
      'fips',
      'a-fips',
      'vpce-0a-1',
      '',
      'es',
      'us-gov',
    );
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('amazonaws.com', 'api.aws', 'amazonaws.com.cn'),
        (labels, suffix) => {
          const host = `${labels.join('.')}.${suffix}`;
          expect(readEndpoint(host) === null).toBe(!isAwsEndpoint(host));
        },
      ),
    );
  });
});
