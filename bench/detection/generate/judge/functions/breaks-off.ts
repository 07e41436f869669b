import type { FunctionModel, World } from '../world.ts';

/** As in the development set, four runs in a thousand end somewhere amid their work: a time-out, an exception that nobody caught. */
export const breaksOff =
  ({ chance }: World) =>
  (model: FunctionModel): FunctionModel => ({
    ...model,
    handle(it) {
      model.handle(it);
      if (chance.often(0.004)) it.made.splice(chance.whole(1, it.made.length));
    },
  });
