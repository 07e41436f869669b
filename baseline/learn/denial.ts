import type { Call } from '../call.ts';

/** What AWS answers where the caller lacks the permission. */
export const DENIALS = [
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
  'AuthorizationErrorException',
] as const;

const CODES: ReadonlySet<string> = new Set(DENIALS);

export const isDenial = (errorCode: string | null): boolean => errorCode !== null && CODES.has(errorCode);

/** By its status where the answer had no body to say so in (HEAD). */
export const isDenied = ({ errorCode, status }: Call): boolean =>
  errorCode === null ? status === 401 || status === 403 : isDenial(errorCode);

/** Stands among the error codes for calls that nothing came back for. */
export const NO_ANSWER = 'NoAnswer';

/** No connection was made, or its certificate did not hold: nothing shows that the function can do this. CloudTrail tells no sizes, so there it is not known. */
export const isUnanswered = ({ service, status, errorCode, bytesIn }: Call): boolean =>
  service !== null && status === null && errorCode === null && bytesIn === 0;

/** The same of a host: the connection was never made, or nothing ever went over it. */
export const isUnreached = ({ bytesIn, bytesOut }: Call): boolean => bytesIn === 0 && bytesOut === 0;

/** What AWS refused, or never heard of, is nothing that the function may do: who probes while it is learned must not get it approved. */
export const isFruitless = (call: Call): boolean => isDenied(call) || isUnanswered(call);
