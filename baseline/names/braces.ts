export const isBraced = (arn: string): boolean => arn.includes('{') || arn.includes('}');

/** A real name never has braces: those are ours. */
export const escapeBraces = (arn: string): string =>
  isBraced(arn) ? arn.replaceAll('{', '%7B').replaceAll('}', '%7D') : arn;
