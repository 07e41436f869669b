import { type BaselineDocument, FORMAT } from '../../baseline/model/document.ts';
import { parseBaseline } from '../../baseline/model/read.ts';
import { diffBaselines } from '../../baseline/review/diff.ts';
import type { OpenStore } from './store.ts';

/** How much of a candidate nobody has approved: things that `approve` would show as new. Null where there is no candidate. `approved`: the text of what is. */
export async function waitingIn({ fleet, store }: OpenStore, name: string, approved: string): Promise<number | null> {
  const candidate = await fleet.candidate(name);
  if (candidate === null) return null;
  const before = oneOf(name, parseBaseline(approved, `${store} approved ${name}`));
  return diffBaselines(before, oneOf(name, candidate)).filter(({ change }) => change === 'added').length;
}

/** Under the function's name, where one bears its ARN. */
function oneOf(name: string, { functions }: Pick<BaselineDocument, 'functions'>): BaselineDocument {
  const [entry] = Object.values(functions);
  return { format: FORMAT, functions: entry === undefined ? {} : { [name]: entry } };
}
