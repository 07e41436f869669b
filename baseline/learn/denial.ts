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
