/** How a document of one format becomes one of the next. Pure, and total: what it is given may be anything that bears the older format's name. */
export interface Migration {
  readonly from: string;
  readonly to: string;
  migrate(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/** Format 1 is the first: a second one brings the first entry. What only adds optional members needs none (`read.ts` fills them in). */
export const MIGRATIONS: readonly Migration[] = [];

/** The document in the newest format that a chain of migrations leads to; as it is where none begins at its format. */
export function migrated(
  document: Readonly<Record<string, unknown>>,
  migrations: readonly Migration[],
): Readonly<Record<string, unknown>> {
  let newest = document;
  // Each step at most once: a circle ends
  for (let left = migrations.length; left > 0; left--) {
    const step = migrations.find(({ from }) => from === newest.format);
    if (step === undefined) break;
    newest = { ...step.migrate(newest), format: step.to };
  }
  return newest;
}
