import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, FORM, head, json, KEY, nameOf, needs, signed } from './sign.ts';

const at = (service: string, host = service) => `https://${host}.us-east-1.amazonaws.com/`;
const rpc = (service: string, target: string, version: string, body: unknown, host = service) =>
  nameOf(head('POST', at(service, host), [signed(service), ...json(target, version)]), JSON.stringify(body));
const form = (service: string, body: string, host = service) =>
  nameOf(head('POST', at(service, host), [signed(service), FORM]), body);

describe('a request of each protocol', () => {
  it('names awsJson1_0 by X-Amz-Target and the table by the body', () => {
    const named = rpc('dynamodb', 'DynamoDB_20120810.GetItem', '1.0', { TableName: 'Orders', Key: { id: { S: '1' } } });
    expect(named).toEqual({
      service: 'dynamodb',
      operation: 'GetItem',
      certainty: 'exact',
      access: [{ action: 'dynamodb:GetItem', resources: [`arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Orders`] }],
      region: 'us-east-1',
      account: ACCOUNT,
      accessKeyId: KEY,
      prefix: null,
      host: 'dynamodb.us-east-1.amazonaws.com',
      items: 1,
      protocol: 'awsJson1_0',
      reason: null,
      issuesCredentials: false,
    });
  });

  it('names awsJson1_1', () => {
    const named = rpc('kms', 'TrentService.Encrypt', '1.1', { KeyId: 'k-1', Plaintext: 'eA==' });
    expect(named.protocol).toBe('awsJson1_1');
    expect(needs(named)).toEqual([`kms:Encrypt arn:aws:kms:us-east-1:${ACCOUNT}:key/k-1`]);
  });

  it('names awsQuery by the Action in a form', () => {
    const named = form(
      'sns',
      `Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A${ACCOUNT}%3At&Message=m`,
    );
    expect(named).toMatchObject({ operation: 'Publish', protocol: 'awsQuery' });
    expect(needs(named)).toEqual([`sns:Publish arn:aws:sns:us-east-1:${ACCOUNT}:t`]);
  });

  it('names awsQuery by the Action in the query of a presigned GET', () => {
    const query = `Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${KEY}%2F20261125%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Signature=0`;
    expect(nameOf(head('GET', `${at('sts')}?${query}`, []))).toMatchObject({
      operation: 'GetCallerIdentity',
      certainty: 'exact',
      accessKeyId: KEY,
    });
  });

  it('names ec2Query', () => {
    const named = form('ec2', 'Action=TerminateInstances&Version=2016-11-15&InstanceId.1=i-1&InstanceId.2=i-2');
    expect(named).toMatchObject({ operation: 'TerminateInstances', protocol: 'ec2Query' });
    expect(needs(named)).toEqual([
      `ec2:TerminateInstances arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-1`,
      `ec2:TerminateInstances arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-2`,
    ]);
  });

  it('names restJson1 by method and path', () => {
    const named = nameOf(
      head('POST', `${at('lambda')}2015-03-31/functions/resize/invocations?Qualifier=live`, [signed('lambda')]),
      '{}',
    );
    expect(named).toMatchObject({ operation: 'Invoke', protocol: 'restJson1' });
    expect(needs(named)).toEqual([`lambda:InvokeFunction arn:aws:lambda:us-east-1:${ACCOUNT}:function:resize:live`]);
  });

  it('names restXml with a body', () => {
    const body =
      '<Delete xmlns="x"><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key><VersionId>1</VersionId></Object></Delete>';
    const named = nameOf(head('POST', 'https://photos.s3.us-east-1.amazonaws.com/?delete', [signed('s3')]), body);
    expect(named).toMatchObject({ operation: 'DeleteObjects', items: 2, protocol: 'restXml' });
    expect(needs(named)).toEqual([
      's3:DeleteObject arn:aws:s3:::photos/a&b',
      's3:DeleteObjectVersion arn:aws:s3:::photos/c',
    ]);
  });

  it('names rpcv2Cbor by its path', () => {
    const request = head('POST', `${at('monitoring')}service/GraniteServiceVersion20100801/operation/PutMetricData`, [
      signed('monitoring'),
      ['smithy-protocol', 'rpc-v2-cbor'],
      ['content-type', 'application/cbor'],
    ]);
    expect(nameOf(request, Uint8Array.of(0xa0))).toMatchObject({
      service: 'cloudwatch',
      operation: 'PutMetricData',
      protocol: 'rpcv2Cbor',
    });
  });

  it('reads the CBOR that SDKs for Java send to Kinesis, and to no other service', () => {
    // {"StreamName": "clicks"}, of indefinite length.
    const body = Buffer.concat([
      Buffer.from([0xbf, 0x6a]),
      Buffer.from('StreamName'),
      Buffer.from([0x66]),
      Buffer.from('clicks'),
      Buffer.from([0xff]),
    ]);
    const request = (service: string, target: string) =>
      head('POST', at(service), [
        signed(service),
        ['X-Amz-Target', target],
        ['Content-Type', 'application/x-amz-cbor-1.1'],
      ]);
    const named = nameOf(request('kinesis', 'Kinesis_20131202.PutRecord'), body);
    expect(needs(named)).toEqual(['kinesis:PutRecord arn:aws:kinesis:us-east-1:111122223333:stream/clicks']);
    expect(named).toMatchObject({ certainty: 'exact', protocol: 'awsCbor1_1' });
    expect(nameOf(request('dynamodb', 'DynamoDB_20120810.Scan'), body).certainty).toBe('ambiguous');
  });

  it('names one service in each of its protocols alike', () => {
    const url = 'https%3A%2F%2Fsqs.us-east-1.amazonaws.com%2F444455556666%2Fjobs';
    const asForm = form('sqs', `Action=SendMessage&Version=2012-11-05&QueueUrl=${url}&MessageBody=m`);
    const asJson = rpc('sqs', 'AmazonSQS.SendMessage', '1.0', { QueueUrl: decodeURIComponent(url), MessageBody: 'm' });
    expect(needs(asForm)).toEqual(['sqs:SendMessage arn:aws:sqs:us-east-1:444455556666:jobs']);
    expect(needs(asForm)).toEqual(needs(asJson));
  });

  it('opens bodies that the SDK has compressed', () => {
    const request = head('POST', at('monitoring'), [signed('monitoring'), FORM, ['Content-Encoding', 'gzip']]);
    expect(nameOf(request, gzipSync('Action=PutMetricData&Version=2010-08-01&Namespace=x')).operation).toBe(
      'PutMetricData',
    );
  });

  it('names a request of HTTP/2, whose host is its authority', () => {
    const request = head('POST', at('kinesis'), [signed('kinesis'), ...json('Kinesis_20131202.PutRecord', '1.1')]);
    const second = { ...request, headers: request.headers.slice(1), authority: 'kinesis.us-east-1.amazonaws.com' };
    const named = nameOf(second, '{"StreamName":"s","Data":"","PartitionKey":"p"}');
    expect(needs(named)).toEqual([`kinesis:PutRecord arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/s`]);
  });

  it('names a stream of events from its head, without waiting for a body', () => {
    const request = head(
      'POST',
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-sonic-v1%3A0/invoke-with-bidirectional-stream',
      [signed('bedrock'), ['Content-Type', 'application/vnd.amazon.eventstream']],
    );
    expect(nameOf(request)).toMatchObject({ operation: 'InvokeModelWithBidirectionalStream', certainty: 'exact' });
  });
});

describe('what the catalog does not know', () => {
  it('is unknown with the prefix of its service where the operation is new', () => {
    const named = rpc('dynamodb', 'DynamoDB_20120810.DropEverything', '1.0', {});
    expect(named).toMatchObject({ certainty: 'unknown', operation: null, service: 'dynamodb' });
    expect(needs(named)).toEqual(['dynamodb:* *']);
  });

  it('is unknown with the signing name where the service is new', () => {
    expect(needs(rpc('brandnew', 'New_1.Do', '1.0', {}))).toEqual(['brandnew:* *']);
    expect(rpc('brandnew', 'New_1.Do', '1.0', {}).certainty).toBe('unknown');
  });

  it('is unknown where a path, an Action or a version is new', () => {
    expect(nameOf(head('GET', `${at('lambda')}2030-01-01/novelties`, [signed('lambda')])).certainty).toBe('unknown');
    expect(form('sns', 'Action=Novelty&Version=2010-03-31').certainty).toBe('unknown');
    expect(form('sns', 'Action=Publish&Version=2030-03-31').certainty).toBe('unknown');
  });
});

describe('who signed', () => {
  it('is the key; its account where the id holds it, and the one given where it does not', () => {
    const body = '{"TableName":"T"}';
    const by = (key: string) =>
      head('POST', at('dynamodb'), [signed('dynamodb', 'us-east-1', key), ...json('DynamoDB_20120810.Scan')]);
    expect(nameOf(by(KEY), body, '999999999999').account).toBe(ACCOUNT);
    expect(nameOf(by('AKIAIOSFODNN7EXAMPLE'), body, '999999999999').account).toBe('999999999999');
    expect(needs(nameOf(by('AKIAIOSFODNN7EXAMPLE'), body))).toEqual([
      'dynamodb:Scan arn:aws:dynamodb:us-east-1:*:table/T',
    ]);
  });

  it('may be nobody where the operation takes no signature', () => {
    const request = head('POST', at('sts'), [FORM]);
    const named = nameOf(
      request,
      'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=s',
    );
    expect(named).toMatchObject({
      operation: 'AssumeRoleWithWebIdentity',
      certainty: 'exact',
      issuesCredentials: true,
    });
  });

  it('may be a bearer token where the service takes them', () => {
    const token = ['Authorization', 'Bearer abc'] as const;
    const model = 'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-pro-v1%3A0/converse';
    expect(nameOf(head('POST', model, [token]), '{}').certainty).toBe('exact');
    expect(nameOf(head('POST', at('dynamodb'), [token, ...json('DynamoDB_20120810.Scan')]), '{}').certainty).toBe(
      'ambiguous',
    );
  });
});

describe('partitions and custom endpoints', () => {
  it.each([
    ['https://sqs.cn-north-1.amazonaws.com.cn/', 'cn-north-1', 'aws-cn'],
    ['https://sqs.us-gov-west-1.amazonaws.com/', 'us-gov-west-1', 'aws-us-gov'],
    ['https://sqs.us-iso-east-1.c2s.ic.gov/', 'us-iso-east-1', 'aws-iso'],
    ['https://sqs.us-isob-east-1.sc2s.sgov.gov/', 'us-isob-east-1', 'aws-iso-b'],
    ['https://sqs.eu-isoe-west-1.cloud.adc-e.uk/', 'eu-isoe-west-1', 'aws-iso-e'],
    ['https://sqs.us-isof-south-1.csp.hci.ic.gov/', 'us-isof-south-1', 'aws-iso-f'],
    ['https://sqs.eusc-de-east-1.amazonaws.eu/', 'eusc-de-east-1', 'aws-eusc'],
    ['https://sqs.eu-west-1.api.aws/', 'eu-west-1', 'aws'],
    ['https://vpce-0a1b-2c3d.sqs.eu-west-1.vpce.amazonaws.com/', 'eu-west-1', 'aws'],
    ['http://localhost:4566/', 'eu-west-1', 'aws'],
    ['https://gateway.example:8443/base/path/', 'eu-west-1', 'aws'],
  ])('%s', (url, region, partition) => {
    const request = head('POST', url, [signed('sqs', region), ...json('AmazonSQS.GetQueueUrl')], {
      connect: null,
      sni: null,
    });
    expect(needs(nameOf(request, '{"QueueName":"q"}'))).toEqual([
      `sqs:GetQueueUrl arn:${partition}:sqs:${region}:${ACCOUNT}:q`,
    ]);
  });

  it('finds a path behind a base path', () => {
    const request = head('GET', 'https://gateway.example/base/2015-03-31/functions/f', [signed('lambda')]);
    expect(needs(nameOf(request))).toEqual([`lambda:GetFunction arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`]);
  });
});
