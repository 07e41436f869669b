/** AWS list prices of DynamoDB in us-east-1, US dollars, as they have been known since November 2024; look them up before you rely on them. */
export const PRICES = {
  /** DynamoDB, on demand, standard class, per million units. */
  writeUnits: 0.625,
  readUnits: 0.125,
  /** Per GB and month: the table, and its point-in-time recovery. */
  storage: 0.25,
  recovery: 0.2,
} as const;

export const million = (units: number, price: number): number => (units / 1e6) * price;
