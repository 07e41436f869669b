import type { Call } from '../../../../baseline/call.ts';
import type { Half } from '../functions.ts';
import type { Invocation } from '../invocation.ts';
import type { Random } from '../random.ts';
import type { World } from '../sample.ts';

/** One way of an attack: what the attacker adds to invocations of a function whose code he controls. Public techniques, told by their API calls. */
export interface SampleAttack {
  readonly scenario: string;
  readonly tier: 'blatant' | 'resource' | 'volume' | 'mimic';
  readonly half: Half;
  /** Invocations that it takes; 1 where not given. */
  readonly invocations?: number;
  /** Adds its calls to an invocation; false where this invocation offers no way, and the attacker waits for the next one. */
  add(at: Invocation, attack: string, world: World): boolean;
}

/** The function's own calls so far, as an attacker would find them in its code. */
export const own = (at: Invocation): Call[] => at.made.filter(({ attack }) => attack === null).map(({ call }) => call);

const READS = /^(?:Get|Query|BatchGet|Head|Receive|Execute|Retrieve)/;
const WRITES = /^(?:Put|Send|Publish|Update|Invoke|Write|BatchWrite|Delete)/;
export const ownRead = (at: Invocation): Call | undefined =>
  own(at).find(({ service, operation, errorCode }) => service !== null && READS.test(operation!) && errorCode === null);
export const ownWrite = (at: Invocation): Call | undefined =>
  own(at).find(
    ({ service, operation, errorCode }) => service !== null && WRITES.test(operation!) && errorCode === null,
  );

/** The same call again, about another thing of the same kind. */
export function again(at: Invocation, call: Call, attack: string, given: Partial<Call> = {}): void {
  if (call.service === null) {
    at.connect(call.host!.replace(/:\d+$/, ''), given, { attack });
    return;
  }
  const { service, operation, access, region, account, accessKeyId, items, bytesOut, bytesIn, prefix } = call;
  at.aws(
    service,
    operation!,
    access[0]!.resources.map((arn) => another(at.random, arn)),
    {
      region,
      account,
      accessKeyId,
      items,
      prefix,
      bytesOut: at.random.size(bytesOut ?? 500, 0.1),
      bytesIn: at.random.size(bytesIn ?? 500, 0.1),
      ...given,
    },
    { attack },
  );
}

/** Another name of the same kind, where the last part of a path varies; tables, queues and the like stay. */
export function another(random: Random, arn: string): string {
  const slash = arn.lastIndexOf('/');
  if (slash < 0 || !arn.startsWith('arn:aws:s3:')) return arn;
  const name = arn.slice(slash + 1).replace(/[0-9A-Za-z]*\d[0-9A-Za-z]*/g, (token) =>
    token.replace(/[0-9a-z]/g, (char) => {
      if (/\d/.test(char)) return String(random.int(0, 9));
      return /^[0-9a-f]+$/.test(token) ? random.text(1, 'abcdef') : random.text(1, 'abcdefghijklmnopqrstuvwxyz');
    }),
  );
  return arn.slice(0, slash + 1) + name;
}
