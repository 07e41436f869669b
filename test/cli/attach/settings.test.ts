import { expect, it } from 'vitest';
import { settingsOf, settingsProblem } from '../../../cli/attach/settings.ts';

it.each([
  [{ mode: 'block', set: ['ROLEFENCE_MODE=learn'] }, '--mode and --set ROLEFENCE_MODE: one of them'],
  [{ baseline: 's3://abc/p', set: ['ROLEFENCE_BASELINE=x'] }, '--baseline and --set ROLEFENCE_BASELINE: one of them'],
  [{ sealed: true, set: ['ROLEFENCE_CREDENTIALS=shared'] }, '--sealed and --set ROLEFENCE_CREDENTIALS: one of them'],
])('two ways to give one variable are refused: %j', (options, sentence) => {
  expect(() => settingsOf(options)).toThrow(sentence);
});

it.each(['file:x.json', 'file:baselines/'])('%s is no path in Lambda', (ROLEFENCE_BASELINE) => {
  expect(settingsProblem({ ROLEFENCE_BASELINE })).toContain('in Lambda a file is named by its whole path');
  expect(settingsProblem({ ROLEFENCE_BASELINE: ROLEFENCE_BASELINE.replace(':', ':/var/task/') })).toBeNull();
});
