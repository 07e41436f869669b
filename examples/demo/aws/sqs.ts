import { createHash, randomUUID } from 'node:crypto';
import { type Endpoint, jsonReply, targetOperation } from './endpoint.ts';

/** SendMessage: keeps the message; the SDK checks the MD5 in the answer. */
export function createSqs(): Endpoint & { readonly messages: string[] } {
  const messages: string[] = [];
  return {
    messages,
    serves: (host) => host.startsWith('sqs.'),
    operation: targetOperation,
    answer({ body }, operation) {
      if (operation !== 'SendMessage') return jsonReply({ __type: 'UnsupportedOperation' }, 400);
      const { MessageBody } = JSON.parse(`${body}`) as { MessageBody: string };
      messages.push(MessageBody);
      return jsonReply({
        MessageId: randomUUID(),
        MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
      });
    },
  };
}
