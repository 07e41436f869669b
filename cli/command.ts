/** One command of the tool, loaded when it is called for. */
export interface Command {
  /** What `rolefence COMMAND --help` prints. */
  readonly help: string;
  /** For commands with commands of their own. */
  readonly helpFor?: (args: readonly string[]) => string | Promise<string>;
  /** Names of those: what goes wrong in one is said under its name. */
  readonly parts?: readonly string[];
  /** Resolves to the exit code. Throws what `sentenceOf` can say. */
  run(args: readonly string[]): Promise<number>;
}

export interface CommandEntry {
  readonly name: string;
  /** What it does, for the overview. */
  readonly summary: string;
  readonly usage: string;
  load(): Promise<Command>;
}
