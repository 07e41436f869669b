import type { Service } from '../catalog/service.ts';
import { doubt } from '../doubt.ts';
import { encodedTwice } from '../operation/segments.ts';
import type { SpokenUpload } from '../operation/spoken.ts';
import type { Access } from '../reading.ts';
import { access } from '../resources/rules.ts';
import type { Address } from './address.ts';
import { POST_CAP, readPostForm } from './post-form.ts';

/** Fields of the form that need actions of their own, as the header fields of PutObject do. */
const EXTRAS: readonly (readonly [string, string])[] = [
  ['acl', 's3:PutObjectAcl'],
  ['tagging', 's3:PutObjectTagging'],
];

/** In a key it stands for the name of the file that the browser sends. */
const FILENAME = '\u0024{filename}';

/** `POST Object`: a browser's upload, signed by a policy that stands in the form. No model has it; IAM asks for PutObject. */
export function postObject(service: Service, address: Address, contentType: string): SpokenUpload {
  return {
    kind: 'upload',
    protocol: 'restXml',
    cap: POST_CAP,
    read(body) {
      const { fields, filename } = readPostForm(body, contentType);
      const key = fields.get('key');
      if (key === undefined || key === '') return doubt('an upload without a key');
      if (fields.has('bucket') && fields.get('bucket') !== address.name) doubt('two buckets that differ');
      if (encodedTwice(key)) doubt('a key that is percent-encoded twice');
      return {
        operation: { ...service.operation('PutObject')!, name: 'PostObject' },
        credential: credentialOf(fields),
        access(partition) {
          const resource = `arn:${partition}:s3:::${address.name}/${key.replaceAll(FILENAME, () => filename ?? '*')}`;
          const needed: Access[] = [access('s3:PutObject', resource)];
          for (const [field, action] of EXTRAS) if (fields.has(field)) needed.push(access(action, resource));
          return needed;
        },
      };
    },
  };
}

/** As parameters of a presigned query, whose names the form shares. */
function credentialOf(fields: ReadonlyMap<string, string>): [string, string][] {
  const parameters: [string, string][] = [];
  for (const [field, name] of [
    ['x-amz-algorithm', 'X-Amz-Algorithm'],
    ['x-amz-credential', 'X-Amz-Credential'],
    ['awsaccesskeyid', 'AWSAccessKeyId'],
  ] as const) {
    const value = fields.get(field);
    if (value !== undefined) parameters.push([name, value]);
  }
  if (parameters.length > 0 && !fields.has('policy')) doubt('an upload with a signature of nothing');
  return parameters;
}
