import type { Call } from '../call.ts';

export const DAY = 86_400_000;

/** Milliseconds; 0 where the record has no time. */
export const timeOf = ({ time }: Pick<Call, 'time'>): number => (time === null ? 0 : Date.parse(time));
