import type { Call } from '../call.ts';

/** The caller lacks the permission, or nothing shows who it is (so that nobody asked what it may): as codes of AWS have it, with whatever status, for JSON protocols say it with 400. */
const REFUSED =
  /AccessDenied|Unauthorized|NotAuthorized|Forbidden|AuthorizationError|AuthFailure|InvalidAccessKeyId|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|UnrecognizedClient|ExpiredToken|InvalidToken$|TimeTooSkewed|RequestExpired/;

/** An object that is archived: S3 refuses to read it now, to those who may. */
const MAY = 'InvalidObjectState';

/** S3 has no such bucket, or has it in another region: anybody is answered so, and the bucket may be anybody's tomorrow. */
const ELSEWHERE = /^(?:NoSuchBucket|PermanentRedirect|TemporaryRedirect|Redirect|AuthorizationHeaderMalformed)$/;

export const isDenial = (errorCode: string | null): boolean => errorCode !== null && REFUSED.test(errorCode);

/** Whatever the code, and where the answer had no body to say one in (HEAD). */
export const isDenied = ({ errorCode, status }: Pick<Call, 'errorCode' | 'status'>): boolean =>
  ((status === 401 || status === 403) && errorCode !== MAY) || isDenial(errorCode);

/** Stands among the error codes for what was refused without one. */
export const NO_CODE = 'AccessDenied';

/** Of a code alone: what shows nothing that the function may do. */
export const isFruitlessCode = (errorCode: string | null): boolean =>
  errorCode !== null && (isDenial(errorCode) || ELSEWHERE.test(errorCode));

/** What is to be found elsewhere, said without a code; 304 is an answer. */
const isRedirect = ({ errorCode, status }: Call): boolean =>
  errorCode === null && status !== null && status >= 300 && status < 400 && status !== 304;

/** Stands among the error codes for calls that nothing came back for. */
export const NO_ANSWER = 'NoAnswer';

/** No connection was made, or its certificate did not hold: nothing shows that the function can do this. CloudTrail tells no sizes, so there it is not known. */
export const isUnanswered = ({ service, status, errorCode, bytesIn }: Call): boolean =>
  service !== null && status === null && errorCode === null && bytesIn === 0;

/** The same of a host: the connection was never made, or nothing ever went over it. */
export const isUnreached = ({ bytesIn, bytesOut }: Call): boolean => bytesIn === 0 && bytesOut === 0;

/** What AWS refused, or never heard of, is nothing that the function may do: who probes while it is learned must not get it approved. */
export const isFruitless = (call: Call): boolean =>
  isDenied(call) || isUnanswered(call) || isRedirect(call) || isFruitlessCode(call.errorCode);
