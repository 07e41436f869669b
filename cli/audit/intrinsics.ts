import { type Fields, fieldsOf, listOf } from './located.ts';

/** What is known of a template while its values are read. */
export interface Scope {
  readonly parameters: Fields;
  readonly mappings: Fields;
  readonly resources: Fields;
}

/** What no template can answer, as a reader would write it. */
export const unknown = (name: string): string => `\${${name}}`;

const NO_VALUE = Symbol('AWS::NoValue');

/**
 * CloudFormation's functions put away as far as a template alone allows: references become `${Name}`, parameters their default. Where both branches
 * of a condition are possible, a list has the members of both, and elsewhere the first one stands.
 */
export function resolved(value: unknown, scope: Scope, depth = 0): unknown {
  if (depth > 60) return '';
  const next = (inner: unknown) => resolved(inner, scope, depth + 1);
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const branches = branchesOf(item);
      if (branches !== null)
        return branches
          .map(next)
          .filter((one) => one !== NO_VALUE)
          .flatMap((one) => (Array.isArray(one) ? one : [one]));
      const plain = next(item);
      return plain === NO_VALUE ? [] : [plain];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Fields;
  const [name, ...more] = Object.keys(fields);
  if (name !== undefined && more.length === 0 && (name === 'Ref' || name.startsWith('Fn::')))
    return intrinsic(name, fields[name], scope, next);
  return Object.fromEntries(
    Object.entries(fields)
      .map(([key, item]) => [key, next(item)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );
}

/** The two branches of an Fn::If. */
function branchesOf(value: unknown): unknown[] | null {
  const branches = fieldsOf(value)['Fn::If'];
  return Array.isArray(branches) ? branches.slice(1) : null;
}

function intrinsic(name: string, argument: unknown, scope: Scope, next: (value: unknown) => unknown): unknown {
  const list = listOf(argument);
  switch (name) {
    case 'Ref':
      return reference(String(argument), scope);
    case 'Fn::GetAtt':
      return `\${${list.map((part) => String(next(part))).join('.')}}`;
    case 'Fn::Sub':
      return substituted(list, scope, next);
    case 'Fn::Join': {
      const [separator, items] = list;
      const parts = next(items);
      return Array.isArray(parts) ? parts.map(textOf).join(String(separator)) : unknown('Join');
    }
    case 'Fn::Select': {
      const items = next(list[1]);
      return Array.isArray(items) ? (items[Number(list[0])] ?? unknown('Select')) : unknown('Select');
    }
    case 'Fn::Split': {
      const text = next(list[1]);
      return typeof text === 'string' ? text.split(String(list[0])) : unknown('Split');
    }
    case 'Fn::If': {
      const [first, second] = list.slice(1).map(next);
      // The wider of two texts: what may be allowed counts
      if (second === '*' || first === NO_VALUE || first === undefined) return second ?? NO_VALUE;
      return first;
    }
    case 'Fn::FindInMap': {
      const [map, ...keys] = list.map(next).map(textOf);
      const found = keys.reduce<unknown>(
        (at, key) => fieldsOf(at)[key] ?? (key.includes('${') ? Object.values(fieldsOf(at))[0] : undefined),
        scope.mappings[map ?? ''],
      );
      return found ?? unknown('FindInMap');
    }
    case 'Fn::ImportValue':
      return `\${Import.${textOf(next(argument))}}`;
    case 'Fn::ToJsonString':
      return JSON.stringify(next(argument));
    case 'Fn::Base64':
      return next(argument);
    default:
      return `\${${name.slice(4)}}`;
  }
}

function reference(name: string, scope: Scope): unknown {
  if (name === 'AWS::NoValue') return NO_VALUE;
  if (name === 'AWS::Partition') return 'aws';
  const parameter = fieldsOf(scope.parameters[name]);
  const standard = parameter.Default;
  if (standard === undefined || /^AWS::SSM::/.test(String(parameter.Type))) return `\${${name}}`;
  if (/^(?:CommaDelimitedList|List<)/.test(String(parameter.Type)))
    return String(standard)
      .split(',')
      .map((item) => item.trim());
  return standard === '' ? `\${${name}}` : String(standard);
}

function substituted(list: readonly unknown[], scope: Scope, next: (value: unknown) => unknown): string {
  const [template, own] = list;
  const variables = fieldsOf(own);
  return String(template).replace(/\$\{([^!}][^}]*)\}/g, (_match, name: string) => {
    const key = name.trim();
    if (key in variables) return textOf(next(variables[key]));
    return key.includes('.') ? `\${${key}}` : textOf(reference(key, scope));
  });
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : Array.isArray(value)
      ? value.map(textOf).join(',')
      : unknown('Value');
