import { applyRule } from '../access.ts';
import { doubt } from '../doubt.ts';
import { single } from '../query-string.ts';
import { arn, type Binder, isArn, type Reading } from '../reading.ts';
import { access, rules } from './rules.ts';

/** Operations whose action has another name. */
const ACTIONS: Readonly<Record<string, string>> = {
  Invoke: 'lambda:InvokeFunction',
  InvokeWithResponseStream: 'lambda:InvokeFunction',
};

/** A function by name, `name:qualifier`, `ACCOUNT:function:name` or ARN; the `Qualifier` of the query belongs to the ARN that IAM checks. */
function functionArn(reading: Reading): string | null {
  const id = reading.labels.get('FunctionName');
  if (id === undefined) return null;
  const qualifier = single(reading.parameters, 'Qualifier') ?? '';
  const partial = /^(?:(\d{12}):)?function:(.+)$/.exec(id);
  const whole = isArn(id)
    ? id
    : partial === null
      ? arn(reading, 'lambda', `function:${id}`)
      : arn(
          partial[1] === undefined ? reading : { ...reading, account: partial[1] },
          'lambda',
          `function:${partial[2]}`,
        );
  const own = whole.split(':')[7];
  if (own !== undefined && qualifier !== '' && own !== qualifier) doubt('two qualifiers that differ');
  return qualifier === '' || own !== undefined ? whole : `${whole}:${qualifier}`;
}

const layerVersion = (name: string) => ({
  name: (reading: Reading) => {
    const layer = reading.labels.get('LayerName') ?? '*';
    const base = isArn(layer) ? layer : arn(reading, 'lambda', `layer:${layer}`);
    return [access(`lambda:${name}`, `${base}:${reading.labels.get('VersionNumber') ?? '*'}`)];
  },
});

const layers = rules({
  ...Object.fromEntries(
    [
      'AddLayerVersionPermission',
      'DeleteLayerVersion',
      'GetLayerVersion',
      'GetLayerVersionPolicy',
      'RemoveLayerVersionPermission',
    ].map((name) => [name, layerVersion(name)]),
  ),
  GetLayerVersionByArn: {
    name: (reading) => [
      access(
        'lambda:GetLayerVersion',
        reading.parameters.find(([name, value]) => name === 'Arn' && isArn(value))?.[1] ??
          arn(reading, 'lambda', 'layer:*:*'),
      ),
    ],
  },
});

export const lambda: Binder = {
  wants: layers.wants,
  name(operation, reading) {
    const whole = functionArn(reading);
    if (whole === null) return layers.name(operation, reading);
    const action = ACTIONS[operation];
    if (action !== undefined) return { access: [access(action, whole)] };
    const labels = new Map(reading.labels).set('FunctionName', whole);
    return applyRule(reading.operation.access(), { ...reading, labels });
  },
};
