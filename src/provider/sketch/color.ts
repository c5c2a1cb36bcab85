/** `#rrggbb`. */
export type Color = `#${string}`;

function channels(color: Color): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The colour on the way from one to another: 0 is `from`, 1 is `to`. */
export function mix(from: Color, to: Color, amount: number): Color {
  const end = channels(to);
  const mixed = channels(from).map((value, i) => Math.round(value + (end[i]! - value) * amount));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance as WCAG defines it, 0–1. */
export function luminance(color: Color): number {
  const [r, g, b] = channels(color).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Contrast of two colours as WCAG defines it, 1–21. */
export function contrast(one: Color, other: Color): number {
  const [low, high] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}
