import { createHmac } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { describe, expect, it } from 'vitest';
import { createLearner } from '../../../../baseline/learn/learner.ts';
import type { Credentials } from '../../../../extension/sigv4/signer.ts';
import { REAL } from '../sealed-sensor.ts';
import { checkedForm, type Form } from './checked-form.ts';
import { PresigningFunction } from './function.ts';

const fn = new PresigningFunction();
/** S3 puts the name of the file in its place. */
const FILENAME = '\u0024{filename}';

interface Options {
  readonly Bucket: string;
  readonly Key: string;
  readonly Conditions?: unknown[];
  readonly Fields?: Record<string, string>;
  readonly Expires?: number;
}

const UPLOAD: Options = {
  Bucket: 'photos',
  Key: 'user/eric/1.jpg',
  Conditions: [{ acl: 'private' }, { bucket: 'photos' }, ['content-length-range', 0, 1_000_000]],
  Fields: { acl: 'private' },
};

/** As the SDK makes it with the placeholder, outside of a function: no hook leads it to the sensor. */
const byTheSdk = ({ Bucket, Key, Conditions = [], Fields = {}, Expires = 600 }: Options, keys?: Credentials) => {
  const { accessKeyId, secretAccessKey, sessionToken } = keys ?? fn.sealed.sealer.placeholder;
  const credentials = { accessKeyId, secretAccessKey, sessionToken: sessionToken! };
  const client = new S3Client({ region: 'eu-central-1', credentials });
  return createPresignedPost(client, { Bucket, Key, Conditions: Conditions as never, Fields, Expires });
};

const withField = ({ url, fields }: Form, name: string, value: string): Form => ({
  url,
  fields: { ...fields, [name]: value },
});

const not = (name: string) => (one: unknown) => !Object.hasOwn(one as object, name);
const WORDS =
  'amber birch cedar delta ember fjord grove heron inlet jolly knoll lilac maple north ocean pearl quill river stone tulip'.split(
    ' ',
  );

const ask = (form: object) => fn.ask(JSON.stringify(form));

/** Another policy than the SDK would make, signed as the SDK would. */
async function withPolicy(change: (policy: { expiration: string; conditions: unknown[] }) => unknown): Promise<Form> {
  const form = await byTheSdk(UPLOAD);
  const policy = JSON.parse(Buffer.from(form.fields.Policy!, 'base64').toString());
  const changed = change(policy);
  const text = typeof changed === 'string' ? changed : JSON.stringify(changed);
  form.fields.Policy = Buffer.from(text).toString('base64');
  const [, day = '', region = '', service = ''] = form.fields['X-Amz-Credential']!.split('/');
  const secret = `AWS4${fn.sealed.sealer.placeholder.secretAccessKey}`;
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (by, text) => createHmac('sha256', by).update(text).digest(),
    secret,
  );
  form.fields['X-Amz-Signature'] = createHmac('sha256', key).update(form.fields.Policy).digest('hex');
  return form;
}

describe('a form for S3 that is meant for somebody else', () => {
  it('is as the SDK would have made it with the real keys, and recorded as the upload that it permits', async () => {
    const form = await byTheSdk(UPLOAD);
    const { status, answer } = await ask(form);
    expect([status, answer]).toEqual([200, { fields: expect.any(Object) }]);
    const policy = checkedForm({ url: form.url, fields: { ...form.fields, ...answer.fields } }, REAL);
    expect(policy.conditions).toContainEqual({ acl: 'private' });
    expect(policy.conditions).toContainEqual(['content-length-range', 0, 1_000_000]);
    expect(policy.conditions).toContainEqual({ key: 'user/eric/1.jpg' });
    const resources = ['arn:aws:s3:::photos/user/eric/1.jpg'];
    expect(fn.sealed.calls).toMatchObject([
      { operation: 'PutObject', certainty: 'exact', accessKeyId: REAL.accessKeyId, status: null },
    ]);
    expect(fn.sealed.calls[0]!.access).toEqual([
      { action: 's3:PutObject', resources },
      { action: 's3:PutObjectAcl', resources },
    ]);
    expect(fn.sealed.findings).toEqual([]);
  });

  it.each([
    ['a folder', { Key: `user/eric/${FILENAME}` }, 'user/eric/*'],
    ['the whole bucket', { Key: FILENAME }, '*'],
  ])('permits all keys that its policy leaves open, those of folders too: %s', async (_, { Key }, key) => {
    expect((await ask(await byTheSdk({ Bucket: 'photos', Key }))).status).toBe(200);
    const resources = [`arn:aws:s3:::photos/${key}`, `arn:aws:s3:::photos/${key}/*`];
    expect(fn.sealed.calls[0]!.access).toEqual([{ action: 's3:PutObject', resources }]);
  });

  it.each(['user/$', 'user/\u0024{file', `user/${FILENAME}.jpg`])(
    'permits all names where its key begins with a part of the word for the file’s name: %s',
    async (begin) => {
      const form = await withPolicy((policy) => ({
        ...policy,
        conditions: [['starts-with', '$key', begin], ...policy.conditions.filter(not('key'))],
      }));
      expect((await ask(form)).status).toBe(200);
      expect(fn.sealed.calls[0]!.access[0]!.resources[0]).toBe('arn:aws:s3:::photos/user/*');
    },
  );

  it('is refused where it permits more than one name of a folder whose names vary, and signed where forms were learned', async () => {
    const named = (key: string, invocation: string) => ({
      ...fn.sealed.calls[0]!,
      access: [{ action: 's3:PutObject', resources: [`arn:aws:s3:::photos/user/eric/${key}`] }],
      invocation,
    });
    const open = () => byTheSdk({ Bucket: 'photos', Key: `user/eric/${FILENAME}` });
    await ask(await byTheSdk(UPLOAD));
    const learner = createLearner();
    for (const [at, word] of WORDS.entries()) learner.observe(named(word, `${at}`));
    const ofNames = learner.document();
    await ask(await open());
    learner.observe({ ...fn.sealed.calls[1]!, invocation: 'with a form' });
    await fn.restart({ ROLEFENCE_MODE: 'block' }, ofNames);
    // The place is open: one more name of it is nothing new.
    expect((await ask(await byTheSdk({ Bucket: 'photos', Key: 'user/eric/sparrow' }))).status).toBe(200);
    expect((await ask(await open())).status).toBe(403);
    expect(fn.sealed.findings.map(({ resource }) => resource)).toEqual(['arn:aws:s3:::photos/user/eric/*/*']);
    await fn.restart({ ROLEFENCE_MODE: 'block' }, learner.document());
    expect((await ask(await open())).status).toBe(200);
    expect((await ask(await byTheSdk({ Bucket: 'photos', Key: FILENAME }))).status).toBe(403);
  });

  it('is refused, and found, where the function never uploads there', async () => {
    expect((await ask(await byTheSdk(UPLOAD))).status).toBe(200);
    const baseline = fn.sealed.sensor.learner!.document();
    await fn.restart({ ROLEFENCE_MODE: 'block' }, baseline);
    expect((await ask(await byTheSdk(UPLOAD))).status).toBe(200);
    expect(fn.sealed.findings).toEqual([]);
    for (const other of [{ Bucket: 'salaries' }, { Key: FILENAME }]) {
      const { status, answer } = await ask(await byTheSdk({ ...UPLOAD, Conditions: [], ...other }));
      expect([status, answer.code]).toEqual([403, 'AccessDenied']);
      expect(JSON.stringify(answer)).not.toContain(REAL.accessKeyId);
    }
    const resources = fn.sealed.findings.map(({ detector, resource }) => [detector, resource]);
    expect(resources).toContainEqual(['resource', 'arn:aws:s3:::salaries/user/eric/1.jpg']);
    expect(resources).toContainEqual(['resource', 'arn:aws:s3:::photos/*']);
    expect(fn.sealed.findings.every(({ blocked }) => blocked)).toBe(true);
  });

  it.each<[string, number, (form: Form) => Form]>([
    ['another policy than was signed', 403, (form) => withField(form, 'X-Amz-Signature', 'a'.repeat(64))],
    ['another date than its policy has', 400, (form) => withField(form, 'X-Amz-Date', '20200101T000000Z')],
    ['another bucket than its address', 400, (form) => ({ ...form, url: form.url.replace('photos', 'salaries') })],
    ['a folder in its address', 400, (form) => ({ ...form, url: `${form.url.replace(/\/$/, '')}/user` })],
    ['an address that is no AWS endpoint', 400, (form) => ({ ...form, url: 'https://photos.example/' })],
  ])('is refused with %s', async (_, wanted, change) => {
    const { status, answer } = await ask(change(await byTheSdk(UPLOAD)));
    expect(status).toBe(wanted);
    expect(JSON.stringify(answer)).not.toContain(REAL.accessKeyId);
    expect(fn.sealed.findings.filter(({ detector }) => detector === 'seal')).toHaveLength(1);
  });

  it.each<[string, number, (policy: { expiration: string; conditions: unknown[] }) => unknown]>([
    ['no bucket', 400, (p) => ({ ...p, conditions: p.conditions.filter(not('bucket')) })],
    ['any bucket', 400, (p) => ({ ...p, conditions: [...p.conditions, ['starts-with', '$bucket', '']] })],
    ['two buckets', 400, (p) => ({ ...p, conditions: [...p.conditions, { Bucket: 'salaries' }] })],
    ['no key', 400, (p) => ({ ...p, conditions: p.conditions.filter(not('key')) })],
    ['a condition with two members', 400, (p) => ({ ...p, conditions: [...p.conditions, { acl: 'a', b: 'c' }] })],
    ['an operator that S3 does not have', 400, (p) => ({ ...p, conditions: [...p.conditions, ['in', '$acl', 'a']] })],
    [
      'a name that only some readers take for key',
      400,
      (p) => ({
        ...p,
        conditions: [{ '\u212Aey': 'user/*' }, ['starts-with', '$key', ''], ...p.conditions.filter(not('key'))],
      }),
    ],
    ['a length that is none', 400, (p) => ({ ...p, conditions: [...p.conditions, ['content-length-range', {}, 'x']] })],
    ['a date that S3 does not write', 403, (p) => ({ ...p, expiration: new Date(Date.now() + 60_000).toUTCString() })],
    ['more than a policy has', 400, (p) => ({ ...p, version: 2 })],
    ['a life of a year', 403, (p) => ({ ...p, expiration: new Date(Date.now() + 31_536_000_000).toISOString() })],
    ['no end', 403, (p) => ({ ...p, expiration: 'never' })],
  ])('is not made of a policy with %s', async (_, wanted, change) => {
    const { status, answer } = await ask(await withPolicy(change));
    expect(status).toBe(wanted);
    expect(JSON.stringify(answer)).not.toContain(REAL.accessKeyId);
  });

  it('is signed by the policy that was read, where JSON has a member twice', async () => {
    const form = await withPolicy((policy) =>
      JSON.stringify(policy).replace('"bucket":"photos"', '"bucket":"salaries","bucket":"photos"'),
    );
    expect(Buffer.from(form.fields.Policy!, 'base64').toString()).toContain('salaries');
    const { answer } = await ask(form);
    expect(Buffer.from(answer.fields.policy, 'base64').toString()).not.toContain('salaries');
  });
});
