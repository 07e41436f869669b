/** The name in an unqualified function ARN; CloudWatch dimensions must not be empty. */
export function nameOf(nameOrArn: string | null): string {
  if (nameOrArn === null || nameOrArn === '') return 'unknown';
  return nameOrArn.slice(nameOrArn.lastIndexOf(':') + 1);
}
