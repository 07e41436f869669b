import type { Fleet } from '../../baseline/store/fleet.ts';
import { approvedChecks } from '../doctor/approved.ts';
import { merged, type Plan } from './plan.ts';

type Open = (store: string) => Promise<Pick<Fleet, 'approved'>>;

/** The stores that functions are to judge by: most plans of a fleet name the same one. */
export class Stores {
  readonly #open: Open;
  readonly #opened = new Map<string, ReturnType<Open>>();

  constructor(open: Open) {
    this.#open = open;
  }

  /** The plan, which says where the function would judge by nothing. That is no reason to refuse it: what is to be approved may come later. */
  async noted(plan: Plan): Promise<Plan> {
    if (plan.state !== 'change') return plan;
    const { name, variables } = plan.function;
    const Variables = merged(variables, plan.change.after.variables);
    const checks = await approvedChecks({ FunctionName: name, Environment: { Variables } }, (store) =>
      this.#once(store),
    );
    const notes = checks.filter(({ state }) => state !== 'ok').map(({ what }) => what);
    return { ...plan, notes: [...plan.notes, ...notes] };
  }

  #once(store: string): ReturnType<Open> {
    const opened = this.#opened.get(store) ?? this.#open(store);
    this.#opened.set(store, opened);
    return opened;
  }
}
