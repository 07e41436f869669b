import type { Operation } from '../catalog/service.ts';
import type { Place } from './spoken.ts';

/** True where a request has what an operation's requests must have beside method and path: literal parameters, and its marks. */
export function carries({ parameters, head }: Place, { pattern, marks }: Operation): boolean {
  for (const [name, value] of pattern!.query) {
    if (!parameters.some(([key, given]) => key === name && (value === null || given === value))) return false;
  }
  return marks.every((mark) => {
    const name = mark.slice(1);
    return mark.startsWith('?')
      ? parameters.some(([key]) => key === name)
      : head.headers.some(([key]) => key.toLowerCase() === name);
  });
}
