import { fetchCredentials } from './credentials-endpoint.ts';
import { type Keys, useKeys } from './keys.ts';
import { createRenewal, type Renewal } from './seal/renewal.ts';
import { createSealer, type Sealer } from './seal/sealer.ts';

/** The sealer of this environment, from keys or from the endpoint that hands them out; null where there are none: then the function has none either. */
export async function openSealer(
  { credentials, endpoint }: Keys,
  env: NodeJS.ProcessEnv,
  report: (problem: string) => void,
): Promise<Sealer | null> {
  if (credentials !== null) return createSealer(credentials);
  if (endpoint === null) {
    report('no keys were handed to the sensor, so that nothing can be signed in this environment');
    return null;
  }
  try {
    const first = await fetchCredentials(endpoint);
    useKeys(env, first.credentials);
    let renewal: Renewal | null = null;
    const sealer = createSealer(first.credentials, (now) => renewal?.due(now) ?? null);
    renewal = createRenewal(
      () => fetchCredentials(endpoint),
      first,
      (fresh) => {
        useKeys(env, fresh.credentials);
        sealer.renew(fresh.credentials);
      },
    );
    return sealer;
  } catch (error) {
    report(`${(error as Error).message}, so that nothing can be signed in this environment`);
    return null;
  }
}
