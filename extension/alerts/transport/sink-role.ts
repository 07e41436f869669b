import { SendError } from '../courier.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import type { Direct } from './direct.ts';

/** Credentials are taken anew so long before they end. */
const AHEAD_MS = 300_000;

/**
 * A role of its own for the sinks (ROLEFENCE_SINK_ROLE_ARN), so that the function's role need not be allowed to publish: it only needs sts:AssumeRole on this
 * one. The client is loaded when first needed.
 */
export function assumedRole(
  roleArn: string,
  sessionName: string,
  own: CredentialSource,
  aws: { readonly region: string; readonly direct: Direct; readonly clock: () => number },
): CredentialSource {
  let kept: { credentials: Credentials; until: number } | null = null;
  return async () => {
    if (kept !== null && aws.clock() < kept.until) return kept.credentials;
    const { STSClient, AssumeRoleCommand } = await import('@aws-sdk/client-sts');
    const client = new STSClient({
      region: aws.region,
      credentials: own,
      maxAttempts: 2,
      requestHandler: { httpsAgent: aws.direct.agent, connectionTimeout: 2_000, requestTimeout: 5_000 },
    });
    try {
      const { Credentials: given } = await client.send(
        new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: 3_600 }),
      );
      if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken)
        throw new SendError('AssumeRole gave no keys');
      kept = {
        credentials: {
          accessKeyId: given.AccessKeyId,
          secretAccessKey: given.SecretAccessKey,
          sessionToken: given.SessionToken,
        },
        until: (given.Expiration?.getTime() ?? 0) - AHEAD_MS,
      };
      return kept.credentials;
    } catch (error) {
      if (error instanceof SendError) throw error;
      throw new SendError(
        `AssumeRole: ${error instanceof Error && /^[\w-]{1,60}$/.test(error.name) ? error.name : 'failed'}`,
        {
          cause: error,
        },
      );
    } finally {
      client.destroy();
    }
  };
}

/** RoleSessionName: 2 to 64 of these characters. */
export const sessionNameFor = (functionName: string): string =>
  `rolefence-${functionName.replace(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
