import { expect, it } from 'vitest';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { createLearningLog } from '../../extension/learning-log.ts';

it('writes what was learned less and less often, and at the end', () => {
  const lines: string[] = [];
  let at = 0;
  let news = true;
  const document = { format: 'rolefence.baseline/1', functions: {} } as unknown as BaselineDocument;
  const log = createLearningLog(
    () => (news ? document : null),
    (line) => lines.push(line),
    () => at,
  );
  const written = () => lines.splice(0).length;

  log.maybe();
  expect(lines[0]).toBe('{"rolefence":{"learned":{"format":"rolefence.baseline/1","functions":{}}}}');
  expect(written()).toBe(1);
  at = 9_999;
  log.maybe();
  expect(written()).toBe(0);
  at = 10_000;
  log.maybe();
  expect(written()).toBe(1);
  at = 29_999;
  log.maybe();
  expect(written()).toBe(0);
  log.now();
  expect(written()).toBe(1);
  news = false;
  log.now();
  expect(written()).toBe(0);
});
