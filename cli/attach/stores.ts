import { eachAtOnce } from '../../baseline/store/at-once.ts';
import type { Fleet } from '../../baseline/store/fleet.ts';
import { StoreError } from '../../baseline/store/key-value.ts';
import { approvedChecks } from '../doctor/approved.ts';
import { isolatedChecks } from '../doctor/isolated.ts';
import { merged, type Plan } from './plan.ts';

type Asked = Pick<Fleet, 'approved'>;
type Open = (store: string) => Promise<Asked>;

const AT_ONCE = 32;

/** The stores that functions are to judge by: most plans of a fleet name the same one. */
export class Stores {
  readonly #open: Open;
  readonly #opened = new Map<string, ReturnType<Open>>();

  constructor(open: Open) {
    this.#open = open;
  }

  /**
   * The plans, which say where a function would judge by nothing. That is no reason to refuse it: what is to be approved may come later. `each` is told how many are
   * done.
   */
  async noted(plans: readonly Plan[], each: (done: number) => void = () => {}): Promise<Plan[]> {
    const noted = [...plans];
    let done = 0;
    await eachAtOnce(plans.entries(), AT_ONCE, async ([i, plan]) => {
      noted[i] = await this.#noted(plan);
      each(++done);
    });
    return noted;
  }

  async #noted(plan: Plan): Promise<Plan> {
    if (plan.state === 'refused') return plan;
    const { name, variables } = plan.function;
    const Variables = plan.state === 'change' ? merged(variables, plan.change.after.variables) : variables;
    const checks = await approvedChecks({ FunctionName: name, Environment: { Variables } }, (store) =>
      this.#once(store),
    );
    const notes = checks.filter(({ state }) => state !== 'ok').map(({ what }) => what);
    return { ...plan, notes: [...plan.notes, ...notes] };
  }

  #once(store: string): ReturnType<Open> {
    const opened = this.#opened.get(store) ?? this.#open(store).then(askedWhileThere);
    this.#opened.set(store, opened);
    return opened;
  }
}

/** The plans, which say of a function that is shut in through its store that it is free without its sensor. */
export async function notedFree(
  plans: readonly Plan[],
  open: (store: string) => Promise<Pick<Fleet, 'isolation'>>,
): Promise<Plan[]> {
  const noted = [...plans];
  await eachAtOnce(plans.entries(), AT_ONCE, async ([i, plan]) => {
    const { name: FunctionName, variables: Variables } = plan.function;
    const checks =
      plan.state === 'change' ? await isolatedChecks({ FunctionName, Environment: { Variables } }, open) : [];
    noted[i] = {
      ...plan,
      notes: [...plan.notes, ...checks.map(({ what }) => `${what}; without its sensor it is free`)],
    };
  });
  return noted;
}

/** A store that is not there, or does not answer, is so for every function: each that asked would wait as long. */
function askedWhileThere(asked: Asked): Asked {
  let gone: StoreError | null = null;
  return {
    async approved(fn, demand) {
      if (gone !== null) throw gone;
      try {
        return await asked.approved(fn, demand);
      } catch (error) {
        if (error instanceof StoreError && (error.isMissing || error.isUnreachable)) gone = error;
        throw error;
      }
    },
  };
}
