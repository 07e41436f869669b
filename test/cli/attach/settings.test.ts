import { expect, it } from 'vitest';
import { settingsOf } from '../../../cli/attach/settings.ts';

it.each([
  [{ mode: 'block', set: ['ROLEFENCE_MODE=learn'] }, '--mode and --set ROLEFENCE_MODE: one of them'],
  [{ baseline: 's3://abc/p', set: ['ROLEFENCE_BASELINE=x'] }, '--baseline and --set ROLEFENCE_BASELINE: one of them'],
  [{ sealed: true, set: ['ROLEFENCE_CREDENTIALS=shared'] }, '--sealed and --set ROLEFENCE_CREDENTIALS: one of them'],
])('two ways to give one variable are refused: %j', (options, sentence) => {
  expect(() => settingsOf(options)).toThrow(sentence);
});
