import { describe, expect, it } from 'vitest';
import { ACCOUNT, type Header, head, KEY, nameOf, needs, signed } from '../sign.ts';

const get = (url: string, region = 'us-east-1', service = 's3', headers: readonly Header[] = []) =>
  nameOf(head('GET', url, [signed(service, region), ...headers]));

describe('the bucket and key of a request', () => {
  it.each([
    ['path style', 'https://s3.us-east-1.amazonaws.com/photos/a/b.jpg'],
    ['path style at the global host', 'https://s3.amazonaws.com/photos/a/b.jpg'],
    ['path style at an older regional host', 'https://s3-us-east-1.amazonaws.com/photos/a/b.jpg'],
    ['a virtual host', 'https://photos.s3.us-east-1.amazonaws.com/a/b.jpg'],
    ['a virtual host at the global name', 'https://photos.s3.amazonaws.com/a/b.jpg'],
    ['dualstack', 'https://photos.s3.dualstack.us-east-1.amazonaws.com/a/b.jpg'],
    ['FIPS', 'https://photos.s3-fips.us-east-1.amazonaws.com/a/b.jpg'],
    ['FIPS and dualstack', 'https://photos.s3-fips.dualstack.us-east-1.amazonaws.com/a/b.jpg'],
    ['FIPS and dualstack, path style', 'https://s3-fips.dualstack.us-east-1.amazonaws.com/photos/a/b.jpg'],
    ['acceleration', 'https://photos.s3-accelerate.amazonaws.com/a/b.jpg'],
    ['acceleration and dualstack', 'https://photos.s3-accelerate.dualstack.amazonaws.com/a/b.jpg'],
    ['a VPC endpoint, path style', 'https://bucket.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com/photos/a/b.jpg'],
    ['a VPC endpoint, virtual host', 'https://photos.bucket.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com/a/b.jpg'],
    [
      'a VPC endpoint in one zone',
      'https://bucket.vpce-0a1b-2c3d-us-east-1a.s3.us-east-1.vpce.amazonaws.com/photos/a/b.jpg',
    ],
    ['a custom endpoint', 'http://localhost:9000/photos/a/b.jpg'],
    ['a custom endpoint with an s3 label', 'https://photos.s3.storage.example/a/b.jpg'],
  ])('%s', (_, url) => {
    expect(needs(get(url))).toEqual(['s3:GetObject arn:aws:s3:::photos/a/b.jpg']);
  });

  it.each([
    [
      'a bucket with dots',
      'https://www.example.com.s3.eu-west-1.amazonaws.com/a',
      'eu-west-1',
      'arn:aws:s3:::www.example.com/a',
    ],
    [
      'a bucket whose name looks like a host',
      'https://s3.amazonaws.com.s3.eu-west-1.amazonaws.com/a',
      'eu-west-1',
      'arn:aws:s3:::s3.amazonaws.com/a',
    ],
    [
      'a bucket that is named like a region',
      'https://eu-west-1.s3.us-east-1.amazonaws.com/a',
      'us-east-1',
      'arn:aws:s3:::eu-west-1/a',
    ],
    ['China', 'https://photos.s3.cn-north-1.amazonaws.com.cn/a', 'cn-north-1', 'arn:aws-cn:s3:::photos/a'],
    ['GovCloud', 'https://photos.s3.us-gov-west-1.amazonaws.com/a', 'us-gov-west-1', 'arn:aws-us-gov:s3:::photos/a'],
    [
      'European Sovereign Cloud',
      'https://photos.s3.eusc-de-east-1.amazonaws.eu/a',
      'eusc-de-east-1',
      'arn:aws-eusc:s3:::photos/a',
    ],
    [
      'an alias of an access point',
      'https://ap-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias.s3.us-east-1.amazonaws.com/a',
      'us-east-1',
      'arn:aws:s3:::ap-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias/a',
    ],
    [
      'a key with a slash at its end',
      'https://photos.s3.us-east-1.amazonaws.com/a/',
      'us-east-1',
      'arn:aws:s3:::photos/a/',
    ],
    [
      'a key that begins with a slash',
      'https://photos.s3.us-east-1.amazonaws.com//a',
      'us-east-1',
      'arn:aws:s3:::photos//a',
    ],
    [
      'a key with spaces and letters beyond ASCII',
      'https://photos.s3.us-east-1.amazonaws.com/a%20b%C3%A9+c',
      'us-east-1',
      'arn:aws:s3:::photos/a bé+c',
    ],
  ])('%s', (_, url, region, resource) => {
    expect(needs(get(url, region))).toEqual([`s3:GetObject ${resource}`]);
  });
});

describe('buckets that are named like parts of hosts', () => {
  it.each([
    ['photos-fips', 'photos-fips.s3.us-east-1.amazonaws.com'],
    ['fips-photos', 'fips-photos.s3.us-east-1.amazonaws.com'],
    ['fips', 'fips.s3.us-east-1.amazonaws.com'],
    ['dualstack', 'dualstack.s3.us-east-1.amazonaws.com'],
    ['us-east-1', 'us-east-1.s3.amazonaws.com'],
    ['a.us-east-1', 'a.us-east-1.s3.amazonaws.com'],
    ['us-gov', 'us-gov.s3.amazonaws.com'],
    ['s3', 's3.s3.us-east-1.amazonaws.com'],
    ['s3-accesspoint', 's3-accesspoint.s3.us-east-1.amazonaws.com'],
    ['bucket', 'bucket.s3.us-east-1.amazonaws.com'],
    ['control', 'control.s3.us-east-1.amazonaws.com'],
    ['vpce-0a1b-c', 'vpce-0a1b-c.bucket.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com'],
    ['bucket', 'bucket.bucket.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com'],
  ])('%s', (bucket, host) => {
    expect(needs(get(`https://${host}/other/key`))).toEqual([`s3:GetObject arn:aws:s3:::${bucket}/other/key`]);
  });
});

describe('access points and their kin', () => {
  it('an access point, by its own account', () => {
    const resource = 'arn:aws:s3:us-east-1:444455556666:accesspoint/team';
    for (const host of [
      's3-accesspoint.us-east-1',
      's3-accesspoint-fips.us-east-1',
      's3-accesspoint.dualstack.us-east-1',
      'accesspoint.vpce-0a-1b.s3.us-east-1.vpce',
    ]) {
      expect(needs(get(`https://team-444455556666.${host}.amazonaws.com/a/b`))).toEqual([
        `s3:GetObject ${resource}/object/a/b`,
      ]);
      expect(needs(get(`https://team-444455556666.${host}.amazonaws.com/?list-type=2`))).toEqual([
        `s3:ListBucket ${resource}`,
      ]);
    }
  });

  it('Object Lambda', () => {
    const named = get(
      'https://redact-444455556666.s3-object-lambda.us-east-1.amazonaws.com/a',
      'us-east-1',
      's3-object-lambda',
    );
    expect(named.service).toBe('s3-object-lambda');
    expect(needs(named)).toEqual([
      's3-object-lambda:GetObject arn:aws:s3-object-lambda:us-east-1:444455556666:accesspoint/redact/object/a',
    ]);
    const answer = head('POST', 'https://io-abc.s3-object-lambda.us-east-1.amazonaws.com/WriteGetObjectResponse', [
      signed('s3-object-lambda'),
    ]);
    expect(needs(nameOf(answer))).toEqual([
      `s3-object-lambda:WriteGetObjectResponse arn:aws:s3-object-lambda:us-east-1:${ACCOUNT}:accesspoint/*`,
    ]);
  });

  it('Outposts', () => {
    const url = 'https://team-444455556666.op-01ac5d28a6a232904.s3-outposts.us-east-1.amazonaws.com/a';
    expect(needs(get(url, 'us-east-1', 's3-outposts'))).toEqual([
      's3-outposts:GetObject arn:aws:s3-outposts:us-east-1:444455556666:outpost/op-01ac5d28a6a232904/accesspoint/team/object/a',
    ]);
  });

  it('a multi-region access point, signed with SigV4A for all regions', () => {
    const request = head('GET', 'https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com/a', [
      [
        'Authorization',
        `AWS4-ECDSA-P256-SHA256 Credential=${KEY}/20261125/s3/aws4_request, SignedHeaders=host, Signature=0`,
      ],
      ['X-Amz-Region-Set', '*'],
    ]);
    const named = nameOf(request);
    expect(named).toMatchObject({ region: null, account: ACCOUNT, certainty: 'exact' });
    expect(needs(named)).toEqual(['s3:GetObject arn:aws:s3::*:accesspoint/mfzwi23gnjvgw.mrap/object/a']);
  });

  it('S3 Express: objects by the session, buckets by their own actions', () => {
    const bucket = `arn:aws:s3express:us-east-1:${ACCOUNT}:bucket/data--use1-az4--x-s3`;
    const zonal = 'https://data--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com';
    expect(needs(get(`${zonal}/a`, 'us-east-1', 's3express'))).toEqual([`s3express:CreateSession ${bucket}`]);
    expect(get(`${zonal}/?session`, 'us-east-1', 's3express')).toMatchObject({
      operation: 'CreateSession',
      issuesCredentials: true,
      service: 's3express',
    });
    const control = 'https://s3express-control.us-east-1.amazonaws.com/data--use1-az4--x-s3?policy';
    expect(needs(get(control, 'us-east-1', 's3express'))).toEqual([`s3express:GetBucketPolicy ${bucket}`]);
  });

  it('S3 Control, at each of its hosts', () => {
    for (const host of [
      's3-control.us-east-1',
      's3-control-fips.us-east-1',
      's3-control.dualstack.us-east-1',
      'control.vpce-0a-1b.s3.us-east-1.vpce',
    ]) {
      const url = `https://444455556666.${host}.amazonaws.com/v20180820/jobs/a1`;
      expect(get(url, 'us-east-1', 's3', [['x-amz-account-id', '444455556666']]).operation).toBe('DescribeJob');
    }
  });
});

describe('requests that nobody signed in the head', () => {
  const credential = `${KEY}%2F20261125%2Fus-east-1%2Fs3%2Faws4_request`;

  it('presigned with SigV4', () => {
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-Date=x&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0&x-id=PutObject`;
    const named = nameOf(head('PUT', `https://photos.s3.us-east-1.amazonaws.com/a?${query}`, []));
    expect(named).toMatchObject({ operation: 'PutObject', accessKeyId: KEY, account: ACCOUNT, region: 'us-east-1' });
  });

  it('presigned with SigV2, where only the host can tell the region', () => {
    const query = `AWSAccessKeyId=${KEY}&Expires=1&Signature=x`;
    expect(nameOf(head('GET', `https://photos.s3.amazonaws.com/a?${query}`, []))).toMatchObject({
      operation: 'GetObject',
      region: null,
      accessKeyId: KEY,
    });
    expect(nameOf(head('GET', `https://photos.s3.eu-west-1.amazonaws.com/a?${query}`, [])).region).toBe('eu-west-1');
  });

  it('websites, which take no signatures', () => {
    expect(needs(nameOf(head('GET', 'https://photos.s3-website-us-east-1.amazonaws.com/a', [])))).toEqual([
      's3:GetObject arn:aws:s3:::photos/a',
    ]);
    expect(needs(nameOf(head('GET', 'https://photos.s3-website.eu-central-1.amazonaws.com/', [])))).toEqual([
      's3:GetObject arn:aws:s3:::photos/*',
    ]);
  });
});

describe('uploads by forms', () => {
  const boundary = '----edge';
  const part = (name: string, value: string, more = '') =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const upload = (fields: Record<string, string>, file = part('file', 'DATA', '; filename="cat.jpg"')) =>
    nameOf(
      head('POST', 'https://photos.s3.us-east-1.amazonaws.com/', [
        ['Content-Type', `multipart/form-data; boundary=${boundary}`],
      ]),
      `${Object.entries(fields)
        .map(([name, value]) => part(name, value))
        .join('')}${file}--${boundary}--\r\n`,
    );
  const policy = {
    policy: 'e30=',
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${KEY}/20261125/us-east-1/s3/aws4_request`,
  };

  it('need PutObject on the key that the form names', () => {
    expect(upload({ key: 'in/a.jpg', ...policy })).toMatchObject({
      operation: 'PostObject',
      accessKeyId: KEY,
      account: ACCOUNT,
      region: 'us-east-1',
    });
    expect(needs(upload({ key: 'in/a.jpg', ...policy }))).toEqual(['s3:PutObject arn:aws:s3:::photos/in/a.jpg']);
    expect(needs(upload({ key: 'in/\u0024{filename}', acl: 'public-read', ...policy }))).toEqual([
      's3:PutObject arn:aws:s3:::photos/in/cat.jpg',
      's3:PutObjectAcl arn:aws:s3:::photos/in/cat.jpg',
    ]);
  });

  it('may be signed with SigV2', () => {
    expect(upload({ key: 'a', AWSAccessKeyId: KEY, policy: 'e30=', signature: 'x' })).toMatchObject({
      certainty: 'exact',
      accessKeyId: KEY,
    });
  });

  it.each<[string, Record<string, string>, string?]>([
    ['without a signature', { key: 'a' }],
    ['without a key', policy],
    ['for another bucket', { key: 'a', bucket: 'other', ...policy }],
    ['with the key in two fields', { key: 'a', Key: 'b', ...policy }],
    ['without a file', { key: 'a', ...policy }, ''],
    ['for another region', { key: 'a', ...policy, 'x-amz-credential': `${KEY}/20261125/eu-west-1/s3/aws4_request` }],
  ])('are ambiguous %s', (_, fields, file) => {
    expect(upload(fields, file).certainty).toBe('ambiguous');
  });
});
