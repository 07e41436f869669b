/** A resource without what all those of its account have in common: `table/orders`, `photos/2026/one.jpg`. */
export const resourceName = (arn: string): string => arn.split(':').slice(5).join(':') || arn;

/** A name as a sentence bears it. */
export const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
const LONGEST = 80;
