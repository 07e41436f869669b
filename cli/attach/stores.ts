import { eachAtOnce } from '../../baseline/store/at-once.ts';
import type { Fleet } from '../../baseline/store/fleet.ts';
import { StoreError } from '../../baseline/store/key-value.ts';
import { approvedChecks } from '../doctor/approved.ts';
import { isolatedChecks } from '../doctor/isolated.ts';
import { merged, type Plan } from './plan.ts';

type Asked = Pick<Fleet, 'approved' | 'isolation'>;
type Open = (store: string) => Promise<Asked>;

const AT_ONCE = 32;

/** The stores of functions: most plans of a fleet name the same one. What is found there is no reason to refuse a plan, and stands in its notes. */
export class Stores {
  readonly #open: Open;
  readonly #opened = new Map<string, ReturnType<Open>>();

  constructor(open: Open) {
    this.#open = open;
  }

  /** The plans, which say where a function would judge by nothing: what is to be approved may come later. `each` is told how many are done. */
  noted(plans: readonly Plan[], each: (done: number) => void = () => {}): Promise<Plan[]> {
    return this.#eachNoted(plans, each, async (plan, open) => {
      if (plan.state === 'refused') return [];
      const { name, variables } = plan.function;
      const Variables = plan.state === 'change' ? merged(variables, plan.change.after.variables) : variables;
      const checks = await approvedChecks({ FunctionName: name, Environment: { Variables } }, open);
      return checks.filter(({ state }) => state !== 'ok').map(({ what }) => what);
    });
  }

  /** The plans, which say of a function that is shut in through its store that it is free without its sensor. */
  freed(plans: readonly Plan[], each: (done: number) => void = () => {}): Promise<Plan[]> {
    return this.#eachNoted(plans, each, async (plan, open) => {
      if (plan.state !== 'change') return [];
      const { name, variables: Variables } = plan.function;
      const checks = await isolatedChecks({ FunctionName: name, Environment: { Variables } }, open);
      return checks.map(({ what }) => `${what}; without its sensor it is free`);
    });
  }

  async #eachNoted(
    plans: readonly Plan[],
    each: (done: number) => void,
    notesOf: (plan: Plan, open: Open) => Promise<string[]>,
  ): Promise<Plan[]> {
    const noted = [...plans];
    let done = 0;
    await eachAtOnce(plans.entries(), AT_ONCE, async ([i, plan]) => {
      noted[i] = { ...plan, notes: [...plan.notes, ...(await notesOf(plan, (store) => this.#once(store)))] };
      each(++done);
    });
    return noted;
  }

  #once(store: string): ReturnType<Open> {
    const opened = this.#opened.get(store) ?? this.#open(store).then(askedWhileThere);
    this.#opened.set(store, opened);
    return opened;
  }
}

/** A store that is not there, or does not answer, is so for every function: each that asked would wait as long. */
function askedWhileThere(asked: Asked): Asked {
  let gone: StoreError | null = null;
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    if (gone !== null) throw gone;
    try {
      return await question();
    } catch (error) {
      if (error instanceof StoreError && (error.isMissing || error.isUnreachable)) gone = error;
      throw error;
    }
  };
  return {
    approved: (fn, demand) => ask(() => asked.approved(fn, demand)),
    isolation(fn) {
      const isolation = asked.isolation(fn);
      return { ...isolation, load: () => ask(() => isolation.load()) };
    },
  };
}
