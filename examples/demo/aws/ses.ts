import { randomUUID } from 'node:crypto';
import { type Endpoint, jsonReply } from './endpoint.ts';

const SEND = '/v2/email/outbound-emails';

/** SES v2 SendEmail: keeps whom the mail was for. Nothing is sent. */
export function createSes(): Endpoint & { readonly recipients: string[] } {
  const recipients: string[] = [];
  return {
    recipients,
    serves: (host) => host.startsWith('email.'),
    operation: ({ method, url }) =>
      method === 'POST' && url.pathname === SEND ? 'SendEmail' : `${method} ${url.pathname}`,
    answer({ body }, operation) {
      if (operation !== 'SendEmail') return jsonReply({ message: 'not found' }, 404, 'application/json');
      const { Destination } = JSON.parse(`${body}`) as { Destination?: { ToAddresses?: string[] } };
      recipients.push(...(Destination?.ToAddresses ?? []));
      return jsonReply({ MessageId: randomUUID() }, 200, 'application/json');
    },
  };
}
