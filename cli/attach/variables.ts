import { WRAPPER } from '../doctor/deployment.ts';
import { type FunctionState, isProvided } from './support.ts';

/** New values by name, null for what goes; or why it cannot be done, one phrase. */
export type Wanted =
  | { readonly kind: 'wanted'; readonly variables: Readonly<Record<string, string | null>> }
  | { readonly kind: 'refused'; readonly reason: string };

const PORT = '8899';
const BUNDLE = '/tmp/rolefence/bundle.pem';

/** What leads the function to the sensor besides the layer. */
export function leading(state: FunctionState): Wanted {
  return isProvided(state) ? byHand(state) : byWrapper(state);
}

/** There is one wrapper variable; another product's wrapper runs after ours. */
function byWrapper({ variables }: FunctionState): Wanted {
  const own = variables.AWS_LAMBDA_EXEC_WRAPPER;
  if (own === WRAPPER) return { kind: 'wanted', variables: {} };
  if (own === undefined || own === '') return { kind: 'wanted', variables: { AWS_LAMBDA_EXEC_WRAPPER: WRAPPER } };
  const next = variables.ROLEFENCE_NEXT_WRAPPER;
  if (next !== undefined && next !== own)
    return { kind: 'refused', reason: `its wrapper is ${own} and ROLEFENCE_NEXT_WRAPPER names another one` };
  if (!own.startsWith('/')) return { kind: 'refused', reason: 'its AWS_LAMBDA_EXEC_WRAPPER is not a path' };
  return { kind: 'wanted', variables: { AWS_LAMBDA_EXEC_WRAPPER: WRAPPER, ROLEFENCE_NEXT_WRAPPER: own } };
}

/** What the wrapper sets elsewhere (docs/runtimes.md), at a fixed port and place. */
function handMade({ variables }: FunctionState): Record<string, string> {
  const port = variables.ROLEFENCE_PORT ?? PORT;
  const bundle = variables.ROLEFENCE_CA_FILE ?? BUNDLE;
  const proxy = `http://127.0.0.1:${port}`;
  return {
    ROLEFENCE_PORT: port,
    ROLEFENCE_CA_FILE: bundle,
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    NO_PROXY: '127.0.0.1,localhost,169.254.0.0/16,sandbox.localdomain',
    SSL_CERT_FILE: bundle,
    AWS_CA_BUNDLE: bundle,
  };
}

function byHand(state: FunctionState): Wanted {
  const wanted = handMade(state);
  for (const [name, value] of Object.entries(wanted)) {
    const own = state.variables[name];
    if (own !== undefined && own !== value)
      return {
        kind: 'refused',
        reason: `it has ${name} already, which cannot be joined with ours where no wrapper is run`,
      };
  }
  return { kind: 'wanted', variables: wanted };
}

/** What takes the function away from the sensor: everything of ours, and the wrapper that was there before. */
export function leaving(state: FunctionState): Record<string, string | null> {
  const { variables } = state;
  const gone: Record<string, string | null> = {};
  for (const name of Object.keys(variables)) if (name.startsWith('ROLEFENCE_')) gone[name] = null;
  if (variables.AWS_LAMBDA_EXEC_WRAPPER === WRAPPER)
    gone.AWS_LAMBDA_EXEC_WRAPPER = variables.ROLEFENCE_NEXT_WRAPPER ?? null;
  if (isProvided(state) && variables.ROLEFENCE_PORT !== undefined)
    for (const [name, value] of Object.entries(handMade(state))) if (variables[name] === value) gone[name] = null;
  return gone;
}
