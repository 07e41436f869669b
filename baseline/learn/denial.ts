import type { Call } from '../call.ts';

/** The caller lacks the permission, or nothing shows who it is (so that nobody asked what it may): as codes of AWS have it, with whatever status, for JSON protocols say it with 400. */
const REFUSED =
  /AccessDenied|Unauthorized|NotAuthorized|Forbidden|AuthorizationError|AuthFailure|InvalidAccessKeyId|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|UnrecognizedClient|ExpiredToken|InvalidToken$|TimeTooSkewed|RequestExpired/;

/** An object that is archived: S3 refuses to read it now, to those who may. */
const MAY = 'InvalidObjectState';

/** S3 has no such bucket, or has it in another region: anybody is answered so, and the bucket may be anybody's tomorrow. */
const ELSEWHERE = /^(?:NoSuchBucket|PermanentRedirect|TemporaryRedirect|Redirect|AuthorizationHeaderMalformed)$/;

export const isDenial = (errorCode: string | null): boolean => errorCode !== null && REFUSED.test(errorCode);

/**
 * Whatever the code, but for services behind which an application answers for itself: its 403 may be its daily work. And where the answer had no body to say a code in, which is S3's HEAD alone.
 */
export const isDenied = ({ service, errorCode, status }: Pick<Call, 'service' | 'errorCode' | 'status'>): boolean =>
  isDenial(errorCode) ||
  ((status === 401 || status === 403) &&
    (errorCode === null ? isS3(service) : errorCode !== MAY && !APPLICATIONS.has(service ?? '')));

/** What an error stands under: of one without a body to say its code in (HEAD), what SDKs make of it. */
export const codeOf = ({ errorCode, status }: Call): string =>
  errorCode ?? (status === 404 ? 'NotFound' : status === 401 || status === 403 ? 'Forbidden' : `${status}`);

/** Hosts at which AWS runs what customers have made. */
const APPLICATIONS: ReadonlySet<string> = new Set(['execute-api', 'es', 'aoss', 'appsync']);

const isS3 = (service: string | null): boolean => service === 's3' || service === 's3express';

/** Of a code alone: what shows nothing that the function may do. */
export const isFruitlessCode = (errorCode: string | null): boolean =>
  errorCode !== null && (isDenial(errorCode) || ELSEWHERE.test(errorCode));

/** A bucket that is to be found elsewhere, said without a code; 304 is an answer. */
const isRedirect = ({ service, errorCode, status }: Call): boolean =>
  isS3(service) && errorCode === null && status !== null && status >= 300 && status < 400 && status !== 304;

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
