/** A copy of its own, of Latin-1 text that is to be kept: what was cut from a head would keep the whole head. */
export const own = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
