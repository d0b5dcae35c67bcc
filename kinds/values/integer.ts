const int64Max = 2n ** 63n - 1n;

/** A decimal integer of 64 bits as Go's `strconv.ParseInt` reads it, or what is wrong with the text in Go's words. */
export const parseInt64 = (text: string): bigint | 'invalid syntax' | 'value out of range' => {
  if (!/^[+-]?[0-9]+$/.test(text)) return 'invalid syntax';
  // No 64-bit integer has more digits, leading zeros aside; longer texts are not worth the work.
  if (text.replace(/^[+-]?0*/, '').length > 19) return 'value out of range';
  const value = BigInt(text);
  return value > int64Max || value < -int64Max - 1n ? 'value out of range' : value;
};
