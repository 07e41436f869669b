import { type Config, readConfig } from '../../extension/config.ts';
import { problemText } from '../../extension/setting-problem.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** The part of `aws lambda get-function-configuration` that is looked at. */
export interface FunctionConfiguration {
  readonly FunctionName?: string | undefined;
  readonly Runtime?: string | undefined;
  readonly PackageType?: string | undefined;
  readonly MemorySize?: number | undefined;
  readonly Layers?: readonly { readonly Arn?: string | undefined }[] | undefined;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> | undefined } | undefined;
  readonly SnapStart?: { readonly ApplyOn?: string | undefined } | undefined;
}

/** Whether the sensor will work in this function as it is deployed. Values of variables other than ours are never shown. */
export function deploymentChecks(configuration: FunctionConfiguration): Check[] {
  const variables = configuration.Environment?.Variables ?? {};
  const { problems, config } = deployedConfig(configuration);
  const checks = [
    layer(configuration, config),
    runtime(configuration),
    wrapper(configuration, variables),
    memory(configuration, variables),
  ];
  checks.push(
    problems.length === 0
      ? ok('Settings', `mode ${config.mode}`)
      : fail('Settings', problems.map(problemText).join('; '), 'Mend them: what holds until then is said with each.'),
  );
  if (config.mode !== 'learn' && config.baseline === null && !config.baselineBroken)
    checks.push(
      fail(
        'Baseline',
        `mode ${config.mode} without a baseline`,
        'Put rolefence.json into the package and set ROLEFENCE_BASELINE=file:/var/task/rolefence.json.',
      ),
    );
  const relative = relativeBaseline(config);
  if (relative !== null)
    checks.push(fail('Baseline', relative, 'Set ROLEFENCE_BASELINE=file:/var/task/… to where it lies in the package.'));
  checks.push(...credentials(configuration, config));
  if (configuration.SnapStart?.ApplyOn === 'PublishedVersions')
    checks.push(
      warn(
        'SnapStart',
        'what is made at initialization is shared by all restored environments, the sensor’s CA among it',
        'Read docs/runtimes.md, and try it before you rely on it: the sensor was not tried with SnapStart on AWS.',
      ),
    );
  return checks;
}

/** The settings as the sensor there will read them, but for files, which are in the function and not here. */
export const deployedConfig = ({ Environment }: FunctionConfiguration) =>
  readConfig(withoutFiles(Environment?.Variables ?? {}));

/** What ROLEFENCE_BASELINE names, where that is a store: a file or folder is in the function, not here. */
export function storeOf(configuration: FunctionConfiguration): string | null {
  const { baseline } = deployedConfig(configuration).config;
  if (baseline === null || baseline.kind === 'file' || baseline.kind === 'folder') return null;
  return (configuration.Environment?.Variables?.ROLEFENCE_BASELINE ?? '').trim();
}

/** Why a file is not found where the sensor runs, which is another folder than the function's; null where it is named in full. */
export const relativeBaseline = ({ baseline }: Pick<Config, 'baseline'>): string | null =>
  baseline !== null && 'path' in baseline && !baseline.path.startsWith('/')
    ? `ROLEFENCE_BASELINE names ${baseline.path}, and in Lambda a file is named by its whole path (file:/var/task/…)`
    : null;

/** The layer without a Node.js of its own. */
export const isSlim = (arn: string): boolean => arn.includes(':rolefence-slim:');

const ours = ({ Layers = [] }: FunctionConfiguration): string[] =>
  Layers.map(({ Arn }) => Arn ?? '').filter((arn) => /:layer:[^:]*rolefence/i.test(arn));

/** One under another name may be either. */
const hasOnlySlim = (configuration: FunctionConfiguration): boolean =>
  ours(configuration).length > 0 && ours(configuration).every(isSlim);

function layer(configuration: FunctionConfiguration, { credentials }: Config): Check {
  const { FunctionName = 'NAME', Layers = [], PackageType, Runtime } = configuration;
  if (hasOnlySlim(configuration) && credentials === 'sealed')
    return fail(
      'Layer',
      'the slim one, which cannot seal credentials: the sensor stays dormant, the function has no credentials, and its AWS calls fail',
      `Put the universal one in its place: rolefence attach ${FunctionName} --sealed.`,
    );
  if (hasOnlySlim(configuration) && Runtime?.startsWith('nodejs') === false)
    return fail(
      'Layer',
      `the slim one, which brings no Node.js, and ${Runtime} has none: the sensor stays dormant`,
      `Put the universal one in its place: rolefence attach ${FunctionName}.`,
    );
  if (ours(configuration).length > 0) return ok('Layer', 'attached');
  if (PackageType === 'Image')
    return warn(
      'Layer',
      'a container image has no layers',
      'See that the image holds /opt/extensions/rolefence and /opt/rolefence.',
    );
  return fail(
    'Layer',
    `none of its ${Layers.length} layers is named rolefence`,
    'Attach it (rolefence attach NAME); if the layer has another name, this can be ignored.',
  );
}

function credentials(configuration: FunctionConfiguration, { credentials, mode }: Config): Check[] {
  const { FunctionName = 'NAME', Runtime } = configuration;
  const noWrapper = Runtime?.startsWith('provided') === true;
  if (credentials === 'sealed')
    return noWrapper
      ? [
          fail(
            'Credentials',
            `${Runtime} runs no wrapper, so they cannot be sealed`,
            'Set ROLEFENCE_CREDENTIALS=shared, or move to a container image whose entrypoint is the wrapper.',
          ),
        ]
      : [];
  if (mode !== 'block') return [];
  const shared = 'shared with the function: code that opens its own connection is not stopped';
  if (noWrapper) return [warn('Credentials', `${shared}, and ${Runtime} runs no wrapper that could seal them`, null)];
  return [
    warn(
      'Credentials',
      shared,
      hasOnlySlim(configuration)
        ? `Seal them, which needs the universal layer: rolefence attach ${FunctionName} --sealed.`
        : 'Set ROLEFENCE_CREDENTIALS=sealed.',
    ),
  ];
}

/** Amazon Linux 2 has a C library that no Node.js 20 runs with. */
export const AMAZON_LINUX_2 =
  /^(?:nodejs(?:1\d)(?:\.x)?|python3\.(?:[6-9]|1[01])|java(?:8(?:\.al2)?|11|17)|ruby(?:2\.\d|3\.2)|dotnet(?:core)?(?:[1-7](?:\.\d)?)|go1\.x|provided(?:\.al2)?)$/;

function runtime({ Runtime, PackageType }: FunctionConfiguration): Check {
  if (PackageType === 'Image' || Runtime === undefined)
    return ok('Runtime', 'a container image: its base must be Amazon Linux 2023 or have glibc 2.28');
  if (AMAZON_LINUX_2.test(Runtime))
    return fail(
      'Runtime',
      `${Runtime} runs on Amazon Linux 2: the sensor stays dormant there`,
      'Move to a runtime on Amazon Linux 2023.',
    );
  return ok('Runtime', Runtime);
}

export const WRAPPER = '/opt/rolefence/wrapper';

function wrapper({ Runtime, PackageType }: FunctionConfiguration, variables: Readonly<Record<string, string>>): Check {
  const named = variables.AWS_LAMBDA_EXEC_WRAPPER;
  if (PackageType === 'Image' || Runtime?.startsWith('provided') === true) {
    const missing = ['ROLEFENCE_PORT', 'ROLEFENCE_CA_FILE', 'HTTPS_PROXY'].filter((name) => !variables[name]);
    if (missing.length === 0) return ok('Wrapper', 'none is run here; the variables are set by hand');
    return warn(
      'Wrapper',
      `Lambda runs no wrapper here, and ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set`,
      'Set them (docs/runtimes.md), or make the wrapper part of the entrypoint.',
    );
  }
  if (named === WRAPPER) return ok('Wrapper', WRAPPER);
  if (named === undefined)
    return fail(
      'Wrapper',
      'AWS_LAMBDA_EXEC_WRAPPER is not set: calls do not pass the sensor',
      `Set AWS_LAMBDA_EXEC_WRAPPER=${WRAPPER}, or let rolefence attach do it.`,
    );
  return fail(
    'Wrapper',
    'AWS_LAMBDA_EXEC_WRAPPER names another product’s wrapper: calls do not pass the sensor',
    `Set it to ${WRAPPER}, and ROLEFENCE_NEXT_WRAPPER to the other one.`,
  );
}

/** What the layer's script asks for. */
export const LEAST_MEMORY = 192;

function memory({ MemorySize }: FunctionConfiguration, variables: Readonly<Record<string, string>>): Check {
  const least = Number(variables.ROLEFENCE_MIN_MEMORY) || LEAST_MEMORY;
  if (MemorySize === undefined || MemorySize >= least)
    return ok('Memory', MemorySize === undefined ? 'not known' : `${MemorySize} MB`);
  return fail(
    'Memory',
    `${MemorySize} MB, and the sensor needs ${least}: it stays dormant`,
    `Give the function ${least} MB.`,
  );
}

/** Files in the function are not here: what only they can answer is left out. */
function withoutFiles(variables: Readonly<Record<string, string>>): Record<string, string> {
  const { ROLEFENCE_UPSTREAM_CA: _ca, ROLEFENCE_BASELINE_KEY: key, ...rest } = variables;
  return key === undefined || key.startsWith('file:') ? rest : { ...rest, ROLEFENCE_BASELINE_KEY: key };
}
