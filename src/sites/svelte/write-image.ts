/** Writes the object of everything that an `<img>` has of its picture, placeholder included. */
export function writeImageObject(
  image: string,
  size: { width: number; height: number; first: boolean },
): string {
  const follow = (given: number, from: string, to: string): string =>
    `Math.round(${given} * ${image}.${to} / ${image}.${from})`;
  const paint = `${image}.placeholder`;
  const blur = `";background-image:url(" + ${paint}.dataUri + ");background-position:center;background-repeat:no-repeat;background-size:cover"`;
  const fields: Readonly<Record<string, string>> = {
    // Firefox begins to load with `src`, whatever `loading` says afterwards.
    loading: size.first ? '"eager"' : `${image}.priority ? "eager" : ${image}.loading`,
    decoding: '"async"',
    fetchpriority: `${image}.priority ? "high" : undefined`,
    sizes: `${image}.sizes`,
    srcset: `${image}.srcset`,
    src: `${image}.src`,
    // With one side given the other follows, or the browser would distort the picture.
    width: size.height > 0 ? follow(size.height, 'height', 'width') : `${image}.width`,
    height: size.width > 0 ? follow(size.width, 'width', 'height') : `${image}.height`,
    alt: `${image}.alt`,
    style: `${paint}.paint === false ? undefined : "background-color:" + ${paint}.color + (${paint}.dataUri ? ${blur} : "")`,
  };
  const written = Object.entries(fields).map(([name, code]) => `${name}: ${code}`);
  return `{ ${written.join(', ')} }`;
}
