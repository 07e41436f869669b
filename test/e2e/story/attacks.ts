import { INTRUDER } from '../aws/account.ts';
import type { Arrival } from '../aws/moto.ts';

/** What an intruder makes the function do, and how the sensor must name it. */
export interface Attack {
  readonly event: { readonly do: string; readonly [field: string]: string };
  /** How AWS sees it. */
  readonly arrives: (request: Arrival) => boolean;
  /** The detector that must find it. */
  readonly detector: string;
  /** IAM action; null for a connection. */
  readonly action: string | null;
}

export const ATTACKS: readonly Attack[] = [
  {
    event: { do: 'other-bucket' },
    arrives: ({ host, method }) => host.startsWith('identity-documents.s3.') && method === 'GET',
    detector: 'resource',
    action: 's3:GetObject',
  },
  {
    event: { do: 'scan-table' },
    arrives: ({ action }) => action === 'Scan',
    detector: 'action',
    action: 'dynamodb:Scan',
  },
  {
    event: { do: 'send-mail' },
    arrives: ({ action }) => action === 'SendEmail',
    detector: 'action',
    action: 'ses:SendEmail',
  },
  {
    event: { do: 'foreign-key' },
    arrives: ({ action }) => action === 'Decrypt',
    detector: 'action',
    action: 'kms:Decrypt',
  },
  {
    event: { do: 'stream' },
    arrives: ({ action }) => action === 'PutRecord',
    detector: 'action',
    action: 'kinesis:PutRecord',
  },
  {
    event: { do: 'own-credentials', ...INTRUDER },
    arrives: ({ accessKeyId }) => accessKeyId === INTRUDER.accessKeyId,
    detector: 'credential',
    action: 's3:PutObject',
  },
  {
    event: { do: 'large-upload' },
    arrives: ({ host }) => host.startsWith('holiday-pictures.s3.'),
    detector: 'resource',
    action: 's3:PutObject',
  },
  {
    event: { do: 'unknown-host' },
    arrives: ({ host }) => host.startsWith('collector.example'),
    detector: 'egress',
    action: null,
  },
];
