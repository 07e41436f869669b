import { doubt } from '../doubt.ts';
import { dotSegments } from './segments.ts';
import type { Place } from './spoken.ts';

/** RPC protocols use the path `/`; only a custom endpoint can have a path of its own before it. */
export function rootPath({ target, endpoint, parameters }: Place): void {
  if (parameters.some(([name]) => !/^x-amz-/i.test(name))) doubt('parameters beside an operation that takes none');
  if (target.path === '/' || target.path === '') return;
  if (endpoint !== null) doubt('a path beside an operation that has none');
  dotSegments(target.path);
}
