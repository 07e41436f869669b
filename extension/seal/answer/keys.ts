/** One structure of an answer that holds a secret key, as AWS's models name its members. */
export interface IssuedKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Null for a user's long-lived keys. */
  readonly sessionToken: string | null;
  /** As the answer has it: ISO 8601, or a number of seconds or milliseconds. */
  readonly expiration: string | number | null;
}

/** An answer as far as credentials stand in it. */
export interface AnswerDocument {
  readonly issued: readonly IssuedKeys[];
  /** The same answer with other texts in the place of those that equal a key of `texts`. */
  replace(texts: ReadonlyMap<string, string>): Buffer;
}

/** A structure that has a secret but not what belongs to it, or has it twice: nothing of such an answer may be handed on. */
export class UnclearAnswer extends Error {
  readonly code = 'unclear-answer';
}

type Member = 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'expiration';

/** As STS, S3, IAM, EKS (Query, XML), Cognito, SSO, Systems Manager, Lake Formation and the others name them, in whatever case. */
const MEMBERS: Readonly<Record<string, Member>> = {
  accesskeyid: 'accessKeyId',
  secretaccesskey: 'secretAccessKey',
  secretkey: 'secretAccessKey',
  sessiontoken: 'sessionToken',
  expiration: 'expiration',
  expirationtime: 'expiration',
  expiresat: 'expiration',
};

/** Text or number under a name; null where it is neither. */
export type Scalar = string | number | null;

/** Null for a structure without a secret. Throws for one that is not clear. */
export function keysOf(members: Iterable<readonly [name: string, value: Scalar]>): IssuedKeys | null {
  const found: Partial<Record<Member, Scalar>> = {};
  for (const [name, value] of members) {
    const member = MEMBERS[name.toLowerCase()];
    if (member === undefined) continue;
    if (member in found) throw new UnclearAnswer('a member of credentials stands there twice');
    found[member] = value;
  }
  if (found.secretAccessKey === undefined || found.secretAccessKey === null) return null;
  const { accessKeyId, secretAccessKey, sessionToken = null, expiration = null } = found;
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string' || typeof sessionToken === 'number') {
    throw new UnclearAnswer('a secret key without its key id');
  }
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}
