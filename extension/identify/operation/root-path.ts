import { doubt } from '../doubt.ts';
import { dotSegments } from './segments.ts';
import type { Place } from './spoken.ts';

/** RPC protocols use the path `/`, but for queues; only a custom endpoint can have a path of its own before it. */
export function rootPath({ target, endpoint, parameters, rows }: Place): void {
  if (parameters.some(([name]) => !/^x-amz-/i.test(name))) doubt('parameters beside an operation that takes none');
  if (target.path === '/' || target.path === '') return;
  // Some SDKs send SQS's requests to the path of the queue's URL, in each of its protocols.
  if (endpoint !== null && !rows.some(({ id }) => id === 'sqs')) doubt('a path beside an operation that has none');
  dotSegments(target.path);
}
