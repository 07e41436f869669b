import { applyRule } from '../access.ts';
import { field } from '../fields.ts';
import type { Binder } from '../reading.ts';

/** Requests to S3 Control name the account that they are for, in a field and in the host: whose access point or job it is. */
export const s3control: Binder = {
  wants: () => undefined,
  name(_, reading) {
    const named = field(reading.head, 'x-amz-account-id') ?? reading.hostname.split('.')[0]!;
    const account = /^\d{12}$/.test(named) ? named : reading.account;
    return applyRule(reading.operation.access(), { ...reading, account });
  },
};
