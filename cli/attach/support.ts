import { readConfig } from '../../extension/config.ts';
import { AMAZON_LINUX_2, LEAST_MEMORY } from '../doctor/deployment.ts';

/** The part of a function's configuration that decides what is done to it. */
export interface FunctionState {
  readonly name: string;
  /** Unqualified. */
  readonly arn: string;
  /** Null for a container image. */
  readonly runtime: string | null;
  readonly architecture: 'x86_64' | 'arm64';
  readonly memoryMb: number;
  readonly layers: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** True where the variables could not be decrypted for us. */
  readonly unreadable: boolean;
  readonly snapStart: boolean;
}

/** As the layer will read it, in whatever letters. */
export const isSealed = ({ ROLEFENCE_CREDENTIALS }: Readonly<Record<string, string | null | undefined>>): boolean =>
  readConfig({ ROLEFENCE_CREDENTIALS: ROLEFENCE_CREDENTIALS ?? undefined }).config.credentials === 'sealed';

export type LayerKind = 'slim' | 'universal';

/** Lambda runs no wrapper there: the function's own variables lead to the sensor. */
export const isProvided = ({ runtime }: FunctionState): boolean => runtime?.startsWith('provided') === true;

/** Sealed, only a Node of our own will do: the function could read the memory of Lambda's. */
export const layerKind = ({ runtime }: FunctionState, sealed: boolean): LayerKind =>
  runtime?.startsWith('nodejs') === true && !sealed ? 'slim' : 'universal';

/** Why the sensor cannot work in this function at all, one phrase; null where it can. */
export function unsupported(state: FunctionState, sealed: boolean): string | null {
  const { runtime, memoryMb, variables, unreadable } = state;
  if (runtime === null)
    return 'it is a container image, which has no layers (docs/runtimes.md says what its Dockerfile needs)';
  if (AMAZON_LINUX_2.test(runtime)) return `its runtime ${runtime} is on Amazon Linux 2, where the sensor cannot run`;
  if (unreadable) return 'its variables cannot be read by these credentials (KMS), so they would be lost';
  const least = Number(variables.ROLEFENCE_MIN_MEMORY) || LEAST_MEMORY;
  if (memoryMb < least) return `it has ${memoryMb} MB of memory, and the sensor needs ${least}`;
  if (sealed && isProvided(state)) return `its runtime ${runtime} runs no wrapper, so its credentials cannot be sealed`;
  return null;
}
