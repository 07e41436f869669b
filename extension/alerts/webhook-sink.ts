import { createHmac } from 'node:crypto';
import { SendError } from './courier.ts';
import type { Sender } from './delivery.ts';
import { messageFor } from './message.ts';
import { toOcsf } from './ocsf.ts';
import { type Direct, post } from './transport/direct.ts';

/** The receiver's checks are in docs/findings.md: the same HMAC over `TIMESTAMP.BODY`, and a timestamp of the last minutes. */
export const SIGNATURE_HEADER = 'rolefence-signature';

/** Findings as one signed JSON document by HTTPS: `{text, findings: [OCSF…], omitted}`. */
export function createWebhookSender(
  url: string,
  secret: string,
  { direct, clock }: { readonly direct: Direct; readonly clock: () => number },
): Sender {
  const target = new URL(url);
  return {
    name: 'webhook',
    most: 50,
    async send(batch, signal) {
      const body = JSON.stringify({
        text: messageFor(batch).text,
        findings: batch.notices.map(({ finding, ...context }) => toOcsf(finding, context)),
        omitted: batch.omitted,
      });
      const timestamp = Math.floor(clock() / 1_000);
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'rolefence',
        [SIGNATURE_HEADER]: `t=${timestamp},v1=${signatureOf(secret, timestamp, body)}`,
      };
      const { status } = await post(direct, target, headers, body, signal);
      // A redirect would lead elsewhere than what was configured.
      if (status < 200 || status > 299) throw new SendError(`status ${status}`);
    },
  };
}

export const signatureOf = (secret: string, timestamp: number, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
