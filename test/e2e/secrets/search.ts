import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { INTRUDER } from '../aws/account.ts';
import { ROLE } from '../rie/environment.ts';

/** What must not be found in anything that the sensor prints or writes. */
const SECRETS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["the role's secret key", literal(ROLE.secretAccessKey)],
  ["the role's session token", literal(ROLE.sessionToken)],
  ["the intruder's secret key", literal(INTRUDER.secretAccessKey)],
  ['an Authorization field', /AWS4-HMAC-SHA256|SignedHeaders/],
  ['a signature', /Signature=|x-amz-signature/i],
  ['a security token field', /x-amz-security-token/i],
  ['a field value of a request', /aws-sdk-(?:js|nodejs)\/\d|Boto3\/\d|amz-sdk-invocation-id/i],
  ['a private key', /PRIVATE KEY/],
  ['a body', /body-marker-/],
];

/** Where secrets stand: one sentence each. `content` is a text, or a folder whose files are read. */
export function leaksIn(name: string, content: string): string[] {
  const texts = content.startsWith('/') && !content.includes('\n') ? filesBelow(content) : [[name, content] as const];
  return texts.flatMap(([place, text]) =>
    SECRETS.flatMap(([what, pattern]) => {
      const found = pattern.exec(text);
      if (found === null) return [];
      const line = text.slice(0, found.index).split('\n').length;
      return [`${what} in ${place}, line ${line}`];
    }),
  );
}

function filesBelow(folder: string): (readonly [string, string])[] {
  return (
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      // What Java's runtime interface client unpacks: native code, with the names of HTTP's fields.
      .filter((path) => !path.endsWith('/.libaws-lambda-jni.so') && statSync(path).isFile())
      .map((path) => [path, readFileSync(path, 'latin1')] as const)
  );
}

function literal(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
}
