import { readConfig } from '../../extension/config.ts';
import { relativeBaseline } from '../doctor/deployment.ts';
import { UsageError } from '../errors.ts';
import { oneOf } from '../options.ts';

/** What the options ask for, as variables of the function. */
export type Settings = Readonly<Record<string, string>>;

export interface SettingOptions {
  readonly mode?: string | undefined;
  readonly baseline?: string | undefined;
  readonly sealed?: boolean | undefined;
  readonly set?: readonly string[] | undefined;
}

/** Only what was asked for: what the function has already stays as it is. */
export function settingsOf({ mode, baseline, sealed, set = [] }: SettingOptions): Settings {
  const settings: Record<string, string> = {};
  for (const one of set) {
    const [, name, value] = /^(ROLEFENCE_[A-Z0-9_]+)=(.*)$/s.exec(one) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError(
        '--set must be ROLEFENCE_NAME=VALUE: other variables of a function are none of this command',
      );
    settings[name] = value;
    // Before AWS is asked anything; what the value means is told of each function.
    const [unknown] = readConfig({ [name]: '' }).problems;
    if (unknown !== undefined) throw new UsageError(`--set: ${unknown.what}`);
  }
  const twice = (option: string, name: string) => {
    if (Object.hasOwn(settings, name)) throw new UsageError(`${option} and --set ${name}: one of them`);
  };
  if (mode !== undefined) twice('--mode', 'ROLEFENCE_MODE');
  if (baseline !== undefined) twice('--baseline', 'ROLEFENCE_BASELINE');
  if (sealed === true) twice('--sealed', 'ROLEFENCE_CREDENTIALS');
  if (mode !== undefined) settings.ROLEFENCE_MODE = oneOf('--mode', mode, ['learn', 'alert', 'block']);
  if (baseline !== undefined) settings.ROLEFENCE_BASELINE = baseline;
  if (sealed === true) settings.ROLEFENCE_CREDENTIALS = 'sealed';
  return settings;
}

/** Why these variables would not do what they say; null where they would. Files that they name are in the function, not here. */
export function settingsProblem(variables: Settings): string | null {
  const { ROLEFENCE_UPSTREAM_CA: _, ROLEFENCE_BASELINE_KEY: key, ...rest } = variables;
  const known = key === undefined || key.startsWith('file:') ? rest : { ...rest, ROLEFENCE_BASELINE_KEY: key };
  const { config, problems } = readConfig(known);
  if (problems.length > 0) return problems[0]!.what;
  if (config.mode !== 'learn' && config.baseline === null) return `mode ${config.mode} needs a baseline (--baseline)`;
  return relativeBaseline(config);
}
