/** The unqualified ARN of an INVOKE's `invokedFunctionArn`, which ends in a version or an alias where the caller named one. */
export function unqualifiedArn(arn: string): string | null {
  const parts = arn.split(':');
  return parts[0] === 'arn' && parts[5] === 'function' && parts[6] ? parts.slice(0, 7).join(':') : null;
}

/** The alias that an INVOKE's ARN ends in; null where the caller named none, or a version. */
export function aliasOf(arn: string): string | null {
  const name = arn.split(':')[7] ?? '';
  return /^[A-Za-z0-9_-]+$/.test(name) && !/^\d+$/.test(name) ? name : null;
}

/** The function's ARN from what is known before its first invocation; null where a part is missing. */
export function functionArn(region: string | undefined, account: string | null, name: string | null): string | null {
  if (!region || account === null || name === null) return null;
  return `arn:${partitionOf(region)}:lambda:${region}:${account}:function:${name}`;
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  const isolated = /^[a-z]+-(iso[a-z]*)-/.exec(region)?.[1];
  return isolated === undefined ? 'aws' : `aws-${isolated}`;
}
