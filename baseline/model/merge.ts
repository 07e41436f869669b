import { type BaselineDocument, FORMAT } from './document.ts';
import { FunctionModel } from './function-model.ts';

/**
 * One document of many: from any number of environments, in any order, any number of times, with one result (DESIGN, invariant 8). It is a set
 * union; `seen.ts` says what that costs. Two learners that each saw a part of one invocation count it once, with the larger of the two
 * sums: cut logs between invocations.
 */
export function mergeBaselines(documents: Iterable<BaselineDocument>): BaselineDocument {
  const models = new Map<string, FunctionModel>();
  for (const document of documents) {
    for (const [name, baseline] of Object.entries(document.functions)) {
      const model = FunctionModel.from(baseline);
      const known = models.get(name);
      if (known === undefined) models.set(name, model);
      else known.join(model);
    }
  }
  return documentOf(models);
}

export function documentOf(models: ReadonlyMap<string, FunctionModel>): BaselineDocument {
  const names = [...models.keys()].sort();
  return {
    format: FORMAT,
    functions: Object.fromEntries(names.map((name) => [name, models.get(name)!.toBaseline()])),
  };
}
