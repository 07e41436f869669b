/** A setting that could not be understood. */
export interface SettingProblem {
  /** Which, and what was expected: a clause. */
  readonly what: string;
  /** What holds instead for a sensor, which goes on all the same: another clause. */
  readonly instead: string;
}

export const problemText = ({ what, instead }: SettingProblem): string => `${what}: ${instead}`;
