import { clientOptions } from '../aws-endpoints.ts';
import { fleetAt } from '../baseline/store.ts';
import type { Command } from '../command.ts';
import { approvedChecks } from '../doctor/approved.ts';
import { type Check, checksText } from '../doctor/check.ts';
import { deploymentChecks, type FunctionConfiguration } from '../doctor/deployment.ts';
import { isolatedChecks } from '../doctor/isolated.ts';
import { machineChecks } from '../doctor/machine.ts';
import { InputError, UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { inputName, readText } from '../input/whole.ts';
import { JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print } from '../output.ts';
import { awsProblem, takeDefaultRegion } from '../respond/aws.ts';
import { styleFor, widthOf } from '../style.ts';

const help = `Checks an installation: this machine and its ROLEFENCE_* variables, or a function as it is deployed. Changes nothing.

Usage: rolefence doctor [--function NAME | --configuration FILE]

Options:
${table([
  ['--function NAME', 'the function as it is in AWS (lambda:GetFunctionConfiguration), and the store that it names'],
  [
    '--configuration FILE',
    'the function out of what aws lambda get-function-configuration prints; - is standard input',
  ],
  ['--json', '{"checks":[{name,state,what,fix}]}; state is ok, warn or fail'],
  ['--help', 'this text'],
])}

Exit codes: 0 nothing fails; 1 something does; 2 usage or bad input.

Examples:
  rolefence doctor
  rolefence doctor --function resize
  aws lambda get-function-configuration --function-name resize | rolefence doctor --configuration -
`;

const OPTIONS = { function: { type: 'string' }, configuration: { type: 'string' }, ...JSON_OPTIONS } as const;

export const doctor: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions('doctor', args, OPTIONS);
    if (positionals.length > 0)
      throw new UsageError(`${positionals[0]} is not expected here: a function is named by --function`);
    if (values.function !== undefined && values.configuration !== undefined)
      throw new UsageError('--function or --configuration, not both');
    const checks = await checked(values.function, values.configuration);
    if (wantsJson(values)) await print(`${JSON.stringify({ checks }, null, 2)}\n`);
    else await print(checksText(checks, styleFor(process.stdout), widthOf(process.stdout)));
    return checks.some(({ state }) => state === 'fail') ? 1 : 0;
  },
};

async function checked(name: string | undefined, file: string | undefined): Promise<Check[]> {
  if (name === undefined && file === undefined) return machineChecks(process.env);
  const configuration = name === undefined ? fromFile(file!) : await fromAws(name);
  return [
    ...deploymentChecks(configuration),
    ...(await approvedChecks(configuration, name === undefined ? null : fleetAt)),
    ...(name === undefined ? [] : await isolatedChecks(configuration, fleetAt)),
  ];
}

async function fromAws(name: string): Promise<FunctionConfiguration> {
  takeDefaultRegion();
  const { GetFunctionConfigurationCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient(clientOptions());
  try {
    return (await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }))) as FunctionConfiguration;
  } catch (error) {
    throw awsProblem(`function ${name} cannot be read`, error);
  } finally {
    client.destroy();
  }
}

function fromFile(name: string): FunctionConfiguration {
  const file = inputName(name);
  let value: unknown;
  try {
    value = JSON.parse(readText(name, 'a function configuration (JSON)'));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new InputError(file, null, 'not valid JSON: a function configuration was expected', { cause });
  }
  const { Configuration } = value as { Configuration?: unknown };
  const found = (Configuration ?? value) as FunctionConfiguration;
  if (typeof found !== 'object' || found === null || typeof found.FunctionName !== 'string')
    throw new InputError(
      file,
      null,
      'field FunctionName is missing, expected what aws lambda get-function-configuration prints',
    );
  return found;
}
