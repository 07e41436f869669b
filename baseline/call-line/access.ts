import type { Access } from '../call.ts';
import { BRACE, CLOSE, COLON, COMMA, END_BRACE, OPEN } from './bytes.ts';
import { ACTION, RESOURCES } from './fields.ts';
import type { Known } from './known.ts';
import type { Scanner } from './scanner.ts';

export const NO_ACCESS: readonly Access[] = [];

/** `[{"action":"…","resources":["…"]}]`; null where there is anything else. */
export function accesses(scan: Scanner): readonly Access[] | null {
  if (!scan.take(OPEN)) return null;
  if (scan.eat(CLOSE)) return NO_ACCESS;
  let list = alone(scan);
  while (list !== null && scan.take(COMMA)) {
    const more = alone(scan);
    list = more === null ? null : both(list, more);
  }
  return scan.eat(CLOSE) ? list : null;
}

/** One action with its resources, in a list of its own: the very one that was there before, where it is one action on one thing again. */
function alone(scan: Scanner): readonly Access[] | null {
  if (!scan.take(BRACE) || !scan.field(ACTION, COLON)) return null;
  const action = scan.name()?.text;
  if (action === undefined || !scan.take(COMMA) || !scan.field(RESOURCES, COLON) || !scan.take(OPEN)) return null;
  if (scan.take(CLOSE)) return scan.take(END_BRACE) ? [{ action, resources: [] }] : null;
  const first = scan.resource();
  if (first === null) return null;
  let resources: string[] | null = null;
  while (scan.take(COMMA)) {
    const resource = scan.resource();
    if (resource === null) return null;
    resources ??= [first.text];
    resources.push(resource.text);
  }
  if (!scan.take(CLOSE) || !scan.take(END_BRACE)) return null;
  return resources === null ? again(action, first) : [{ action, resources }];
}

function again(action: string, resource: Known): readonly Access[] {
  for (const list of resource.lists) if (list[0]!.action === action) return list;
  const list = [{ action, resources: [resource.text] }];
  if (resource.lists.length === 0 || resource.lists.length >= MOST_ACTIONS) resource.lists = [list];
  else resource.lists.push(list);
  return list;
}

/** The very one that was there before, too. */
function both(list: readonly Access[], more: readonly Access[]): readonly Access[] {
  const known = pairs.get(list);
  if (known !== undefined && known.more === more) return known.both;
  const pair = { more, both: [...list, ...more] };
  if (pairs.size >= MOST_PAIRS) pairs.clear();
  pairs.set(list, pair);
  return pair.both;
}

const pairs = new Map<readonly Access[], { more: readonly Access[]; both: readonly Access[] }>();
const MOST_PAIRS = 256;
const MOST_ACTIONS = 8;
