import type { Call } from '../../../baseline/call.ts';
import { readCall } from '../../../baseline/read-call.ts';
import type { Random } from './random.ts';

export const ACCOUNT = '210987654321';
export const REGION = 'us-west-2';

export const arnOf = (service: string, rest: string, region = REGION): string =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;

export interface Made {
  readonly call: Call;
  readonly attack: string | null;
  readonly novelty: string | null;
}

/** One invocation as it runs: calls come out of it in order of time, benign ones from the function, others from an attack that rides on it. */
export class Invocation {
  readonly random: Random;
  readonly time: number;
  /** Day since the start of training. */
  readonly day: number;
  /** First of its environment. */
  readonly cold: boolean;
  readonly made: Made[] = [];
  /** Kind of legitimate novelty that the calls from here on belong to. */
  novelty: string | null = null;
  readonly #base: Partial<Call>;
  #clock: number;

  constructor(random: Random, time: number, day: number, cold: boolean, base: Partial<Call>) {
    this.random = random;
    this.time = time;
    this.day = day;
    this.cold = cold;
    this.#base = base;
    this.#clock = time;
  }

  get version(): string {
    return this.#base.version!;
  }

  get ownKey(): string {
    return this.#base.ownAccessKeyId!;
  }

  /** A call of `service:operation` on `resources` (s3 keys and ARNs as they are). */
  aws(
    service: string,
    operation: string,
    resources: readonly string[],
    given: Partial<Call> = {},
    label: Label = {},
  ): void {
    const action = ACTIONS[`${service}:${operation}`] ?? `${service}:${operation}`;
    const { random } = this;
    this.#put(
      {
        service,
        operation,
        access: [{ action, resources: [...resources] }],
        region: REGION,
        account: ACCOUNT,
        accessKeyId: this.ownKey,
        host: `${service}.${REGION}.amazonaws.com`,
        items: 1,
        bytesOut: random.size(700),
        bytesIn: random.size(900),
        status: given.errorCode ? 400 : 200,
        ...given,
      },
      label,
    );
  }

  connect(host: string, given: Partial<Call> = {}, label: Label = {}): void {
    const { random } = this;
    this.#put(
      {
        service: null,
        operation: 'CONNECT',
        host: `${host}:443`,
        bytesOut: random.size(1_500),
        bytesIn: random.size(4_000),
        ...given,
      },
      label,
    );
  }

  /** The same for a request that the catalog cannot name. */
  unnamed(service: string, given: Partial<Call> = {}, label: Label = {}): void {
    this.#put(
      {
        service,
        certainty: 'unknown',
        access: [{ action: `${service}:*`, resources: ['*'] }],
        region: REGION,
        ...given,
      },
      label,
    );
  }

  #put(given: Partial<Call>, label: Label): void {
    this.#clock += this.random.int(5, 60);
    const call = readCall({ ...this.#base, time: new Date(this.#clock).toISOString(), ...given });
    this.made.push({
      call,
      attack: label.attack ?? null,
      novelty: label.attack === undefined ? (label.novelty ?? this.novelty) : null,
    });
  }
}

export interface Label {
  readonly attack?: string;
  readonly novelty?: string | null;
}

const ACTIONS: Readonly<Record<string, string>> = {
  's3:ListObjectsV2': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  'lambda:Invoke': 'lambda:InvokeFunction',
  'dynamodb:TransactWriteItems': 'dynamodb:PutItem',
  'dynamodb:TransactGetItems': 'dynamodb:GetItem',
  'bedrock:Converse': 'bedrock:InvokeModel',
  'bedrock:ConverseStream': 'bedrock:InvokeModelWithResponseStream',
  's3:UploadPart': 's3:PutObject',
  's3:CompleteMultipartUpload': 's3:PutObject',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:PutBucketLifecycleConfiguration': 's3:PutLifecycleConfiguration',
  'sqs:SendMessageBatch': 'sqs:SendMessage',
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  'sns:PublishBatch': 'sns:Publish',
};
