import { covers } from '../detect/openness.ts';
import { isDenial, NO_ANSWER } from '../learn/denial.ts';
import type { ActionModel, FunctionModel } from '../model/function-model.ts';
import { Seen } from '../model/seen.ts';
import { listed } from '../names/listed.ts';
import { resourcePath } from '../names/resource-path.ts';

/** What the function tries and the baseline does not allow, since AWS refused it or no answer ever came: it would be found, and refused in block mode, again and again. */
export interface Outside {
  /** One sentence each, most frequent first. */
  readonly sentences: readonly string[];
  /** Share of invocations that show any of it. */
  readonly share: number;
}

export function outsideOf(model: FunctionModel): Outside {
  const all = new Seen();
  const told: { count: number; sentence: string }[] = [];
  const total = model.invocations.count();
  const tell = (seen: Seen, what: string, why: string) => {
    all.join(seen);
    const count = seen.count();
    const times = `in ${count > EXACT ? 'about ' : ''}${Math.min(count, total)} of ${total} invocations`;
    told.push({ count, sentence: `${what} ${why} ${times}: it stays outside, and block mode refuses it` });
  };
  for (const [name, action] of model.actions.sorted()) {
    const seen = new Seen();
    const things: string[] = [];
    for (const [template, times] of action.fruitless.templates()) {
      if (isCovered(action, template)) continue;
      seen.join(times);
      things.push(template);
    }
    if (things.length > 0) tell(seen, `${name} on ${listed(things.sort())}`, whyOf(action));
  }
  for (const [host, seen] of model.unreached.sorted())
    if (!model.egress.has(host)) tell(seen, `the connection to ${host}`, 'was never made, though tried');
  told.sort((a, b) => b.count - a.count || (a.sentence < b.sentence ? -1 : 1));
  return { sentences: told.map(({ sentence }) => sentence), share: total === 0 ? 0 : Math.min(1, all.count() / total) };
}

/** What was refused once and allowed at another time is allowed. */
function isCovered({ resources }: ActionModel, template: string): boolean {
  const { key, path } = resourcePath(template);
  const head = resources.heads.get(key);
  return head !== undefined && (path === null || covers(head.root, path));
}

function whyOf({ errors }: ActionModel): string {
  const unanswered = errors.has(NO_ANSWER);
  const codes = [...errors.keys()];
  if (!codes.some(isDenial)) return unanswered ? 'was never answered' : 'was never found';
  return unanswered ? 'was refused by AWS, or not answered,' : 'was refused by AWS';
}

/** Counts are exact up to here. */
const EXACT = 8;
