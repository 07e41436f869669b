import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { because, provide } from '../../../toolchain/provide.ts';
import { REAL } from '../sealed-sensor.ts';
import { checked, EKS, OBJECT, RDS } from './by-the-sdk.ts';
import { checkedForm, type Form } from './checked-form.ts';
import { PresigningFunction, ROOT } from './function.ts';

const fn = new PresigningFunction();
const tools = provide('python', 'aiobotocore');
describe.skipIf(tools.missing !== null)(`Python's SDK in a sealed function${because(tools)}`, () => {
  const run = (tool: 'python' | 'aiobotocore', script: string, more: Record<string, string> = {}) =>
    fn.inFunction([join(tools.folders[tool], 'bin/python'), '-c', script], {
      PYTHONPATH: join(ROOT, 'layer/opt/rolefence/python'),
      PYTHONDONTWRITEBYTECODE: '1',
      ...more,
    });

  it('presigns downloads, uploads, database and Kubernetes logins that are valid elsewhere', async () => {
    const script = `
import boto3
s3 = boto3.client("s3", region_name="us-east-1")
what = {"Bucket": "photos", "Key": "summer days/1.jpg"}
print(s3.generate_presigned_url("get_object", what, 60))
print(s3.generate_presigned_url("put_object", what, 60))
print(boto3.client("rds").generate_db_auth_token("shop.c1.eu-central-1.rds.amazonaws.com", 5432, "shop"))
sts = boto3.client("sts")
def add(params, context, **_): context["id"] = params.pop("ClusterName")
def put(request, **_): request.headers["x-k8s-aws-id"] = request.context["id"]
sts.meta.events.register("provide-client-params.sts.GetCallerIdentity", add)
sts.meta.events.register("before-sign.sts.GetCallerIdentity", put)
print(sts.generate_presigned_url("get_caller_identity", {"ClusterName": "prod"}, 60, "GET"))`;
    const printed = (await run('python', script)).split('\n');
    expect(printed).toHaveLength(4);
    const [get, put, rds, eks] = printed as [string, string, string, string];
    const object = { ...OBJECT, region: 'us-east-1', host: new URL(get).host };
    await checked(get, object);
    await checked(put, { ...object, method: 'PUT' });
    await checked(`https://${rds}`, { ...RDS, host: 'shop.c1.eu-central-1.rds.amazonaws.com:5432' });
    await checked(eks, { ...EKS, host: new URL(eks).host, headers: { 'x-k8s-aws-id': 'prod' } });
    expect(fn.sealed.calls.map(({ operation }) => operation)).toEqual([
      'GetObject',
      'PutObject',
      'connect',
      'AccessKubernetesApi',
    ]);
    expect(fn.sealed.findings).toEqual([]);
  });

  it('makes forms for S3 that are valid elsewhere', async () => {
    const script = `
import boto3, json
s3 = boto3.client("s3", region_name="us-east-1")
conditions = [{"acl": "private"}, ["starts-with", "$Content-Type", "image/"]]
print(json.dumps(s3.generate_presigned_post("photos", "user/\${filename}", {"acl": "private"}, conditions, 60)))`;
    const form = JSON.parse(await run('python', script)) as Form;
    const { conditions } = checkedForm(form, REAL);
    expect(conditions).toContainEqual(['starts-with', '$Content-Type', 'image/']);
    expect(fn.sealed.calls[0]!.access[0]).toEqual({
      action: 's3:PutObject',
      resources: ['arn:aws:s3:::photos/user/*', 'arn:aws:s3:::photos/user/*/*'],
    });
    expect(fn.sealed.findings).toEqual([]);
  });

  it('gets an error of its own kind where the sensor refuses', async () => {
    await fn.restart(
      { ROLEFENCE_MODE: 'block', ROLEFENCE_ON_FAILURE: 'closed' },
      { format: 'rolefence.baseline/1', functions: {} },
    );
    const script = `
import boto3, botocore.exceptions
try: boto3.client("s3").generate_presigned_url("get_object", {"Bucket": "photos", "Key": "a"})
except botocore.exceptions.ClientError as error: print(error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])`;
    expect(await run('python', script)).toBe('AccessDenied 403');
  });

  it('does so in aiobotocore as well', async () => {
    const script = `
import asyncio, json
from aiobotocore.session import get_session
async def main():
    async with get_session().create_client("s3", region_name="us-east-1") as s3:
        print(await s3.generate_presigned_url("get_object", {"Bucket": "photos", "Key": "summer days/1.jpg"}, 60))
        print(json.dumps(await s3.generate_presigned_post("photos", "a")))
asyncio.run(main())`;
    const [url, form] = (await run('aiobotocore', script)).split('\n') as [string, string];
    checkedForm(JSON.parse(form), REAL);
    await checked(url, { ...OBJECT, region: 'us-east-1', host: new URL(url).host });
  });

  it('runs the sitecustomize that ours hides, and is left alone without placeholders', async () => {
    writeFileSync(join(fn.folder, 'sitecustomize.py'), 'print("theirs")\n');
    const both = `${join(ROOT, 'layer/opt/rolefence/python')}:${fn.folder}`;
    expect(await run('python', 'print("mine")', { PYTHONPATH: both })).toBe('theirs\nmine');
    const plain = await run(
      'python',
      'import boto3; print(boto3.client("s3").generate_presigned_url("get_object", {"Bucket": "p", "Key": "a"}))',
      {
        AWS_SESSION_TOKEN: 'shared',
      },
    );
    expect(plain).toContain('https://');
    expect(fn.sealed.calls).toEqual([]);
  });
});
