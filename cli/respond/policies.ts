/** Names that a person who looks at the role later can search for. */
export const REVOKE_POLICY = 'RolefenceRevokeOlderSessions';
export const DENY_POLICY = 'RolefenceDenyAll';
export const POLICIES: readonly string[] = [REVOKE_POLICY, DENY_POLICY];

/** Keys that were handed out before this moment, stolen ones too, are denied everything; sessions that begin later are not. */
export const revokeDocument = (now: Date): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'RevokeOlderSessions',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': now.toISOString() } },
      },
    ],
  });

/** The moment of a document that is ours in each character; null where it is none. */
export function revokedBefore(document: string): string | null {
  const time = new Date(/"aws:TokenIssueTime":"([^"]+)"/.exec(document)?.[1] ?? '');
  return !Number.isNaN(time.getTime()) && document === revokeDocument(time) ? time.toISOString() : null;
}

export const denyDocument = (): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'DenyAll', Effect: 'Deny', Action: '*', Resource: '*' }],
  });
