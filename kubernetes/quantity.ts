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
 * @throws {Error} for what is no quantity; the API server never gives such.
 */
export function quantity(text: string | number): number {
  const [, number, suffix = ""] = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]{0,2})$/.exec(String(text)) ?? [];
  const factor = FACTORS[suffix];
  const value = Number(number);
  if (factor === undefined || Number.isNaN(value)) throw new Error(`not a quantity: ${JSON.stringify(text)}`);
  // Decimal fractions of two spellings of one value may differ in their last bit.
  return Number((value * factor).toPrecision(15));
}

/** CPU as the API server writes it: `1500m`, but whole cores without a suffix. */
export const cpuQuantity = (millicores: number): string =>
  millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;

/** Memory as the API server writes it: `1536Mi`, but whole gibibytes as such. */
export const memoryQuantity = (mebibytes: number): string =>
  mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
