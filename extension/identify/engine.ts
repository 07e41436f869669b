import type { Identification, RequestHead } from './request.ts';

type Identify = (head: RequestHead, context: { account: string | null }) => Identification;

let engine: Identify | null = null;
let loading: Promise<void> | null = null;

/**
 * Identification is loaded once the proxy listens and not before: Lambda starts the runtime when the extension has registered, so everything that
 * is read before then is added to every cold start. Null once it is there. Never rejects: what cannot be loaded shows when it is first asked.
 */
export function engineReady(): Promise<void> | null {
  if (engine !== null) return null;
  loading ??= import('./identify.ts').then(
    ({ identify, prepare }) => {
      prepare();
      engine = identify;
    },
    () => {},
  );
  return loading;
}

/** `identify` once it is loaded; throws before. */
export function identifyLoaded(head: RequestHead, context: { account: string | null }): Identification {
  if (engine === null) throw new Error('the engine that names requests could not be loaded');
  return engine(head, context);
}
