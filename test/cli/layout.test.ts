import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands.ts';
import { fitted, hanging, wrap } from '../../cli/layout.ts';

describe('wrap', () => {
  it('never makes a line too long and leaves nothing out', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z:/{}. -]{0,200}$/), fc.integer({ min: 10, max: 60 }), (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  it('breaks an ARN after a colon or slash', () => {
    expect(wrap('arn:aws:s3:::photos/2026/holidays/1.jpg', 30)).toEqual([
      'arn:aws:s3:::photos/2026/',
      'holidays/1.jpg',
    ]);
  });
});

describe('a help text', () => {
  it('goes on with what a command takes behind its name, and breaks a list between its items', () => {
    expect(fitted('Usage: rolefence report [--baseline FILE] [--calls FILE] --out FILE', 50)).toBe(
      'Usage: rolefence report [--baseline FILE] [--calls\n                 FILE] --out FILE',
    );
    expect(wrap('{"functions":[{"name","alertReady","blockReady"}]}', 40)).toEqual([
      '{"functions":[{"name","alertReady",',
      '"blockReady"}]}',
    ]);
  });
});

describe('hanging', () => {
  it('keeps the lines after the first as far in', () => {
    expect(hanging('  + ', 'one two three four five six', 24)).toEqual(['  + one two three four', '    five six']);
  });

  it('goes below its head where a terminal is too narrow for both', () => {
    const head = 'warn  AWS credentials   ';
    const text = 'AWS_ACCESS_KEY_ID is in the environment';
    expect(hanging(head, text, 40)).toEqual([head.trimEnd(), '      AWS_ACCESS_KEY_ID is in the', '      environment']);
    expect(hanging(' '.repeat(24), text, 60)).toHaveLength(2);
    expect(hanging(' '.repeat(24), text, 40)[0]).toBe('      AWS_ACCESS_KEY_ID is in the');
  });
});

describe('fitted', () => {
  it('keeps the help of every command within the terminal, except examples', async () => {
    for (const entry of commands) {
      const { help } = await entry.load();
      const [before = ''] = fitted(help, 72).split(/^Examples:/m);
      for (const line of before.split('\n')) {
        // What is one word, or shown as it is typed, is not broken.
        if (line.length > 72) expect(line, entry.name).toMatch(/^ *\S+$|^ {2}\S/);
      }
      expect(before.replaceAll(/\s+/g, '')).toBe(help.split(/^Examples:/m)[0]!.replaceAll(/\s+/g, ''));
    }
  });
});
