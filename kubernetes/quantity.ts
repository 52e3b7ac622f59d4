const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * The value of a Kubernetes quantity in its base unit, cores or bytes: `100m` is 0.1, `1Ki` is 1024.
 * @throws {Error} if the text is no quantity, which the API server never sends.
 */
export function quantity(text: string | number): number {
  const [, number, suffix = ""] = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]{0,2})$/.exec(String(text)) ?? [];
  const factor = FACTORS[suffix];
  const value = Number(number);
  if (factor === undefined || Number.isNaN(value)) throw new Error(`not a quantity: ${JSON.stringify(text)}`);
  // Two spellings of one value may differ in the last bit: rounding makes them equal.
  return Number((value * factor).toPrecision(15));
}

/** CPU as the API server writes it: `1500m`, and `2` for 2000 millicores. */
export const cpuQuantity = (millicores: number): string =>
  millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;

/** Memory as the API server writes it: `1536Mi`, and `2Gi` for 2048 MiB. */
export const memoryQuantity = (mebibytes: number): string =>
  mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
