/** Lambda's quotas, as it measures them. */
const MAX_LAYERS = 5;
const MAX_VARIABLES = 4_096;

/** Why Lambda would refuse it, one phrase; null where it would not. */
export function overLimit(layers: readonly string[], variables: Readonly<Record<string, string>>): string | null {
  if (layers.length > MAX_LAYERS) return `it would have ${layers.length} layers, and Lambda takes ${MAX_LAYERS}`;
  // Lambda measures the text of the JSON object
  const size = Buffer.byteLength(JSON.stringify(variables));
  if (size > MAX_VARIABLES) return `its variables would take ${size} bytes, and Lambda takes ${MAX_VARIABLES}`;
  return null;
}
