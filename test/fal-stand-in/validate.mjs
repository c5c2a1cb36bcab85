/**
 * Input checks of `openai/gpt-image-2`, in the form of pydantic. The service runs them after the submit.
 * @typedef {{ width: number, height: number }} Size
 * @typedef {{ loc: unknown[], msg: string, type: string, input?: unknown, ctx?: unknown }} Detail
 */

const PRESETS = {
  square_hd: { width: 1024, height: 1024 },
  square: { width: 512, height: 512 },
  portrait_4_3: { width: 768, height: 1024 },
  portrait_16_9: { width: 576, height: 1024 },
  landscape_4_3: { width: 1024, height: 768 },
  landscape_16_9: { width: 1024, height: 576 },
};
const MIN_PIXELS = 655_360;
const MAX_PIXELS = 8_294_400;

/**
 * The size a job makes: the edit endpoint's `auto` is a square here.
 * @param {Record<string, any>} input
 * @returns {Size}
 */
export function readSize(input) {
  const size = input['image_size'] ?? 'landscape_4_3';
  if (size === 'auto') return PRESETS.square_hd;
  if (typeof size === 'string') return PRESETS[/** @type {keyof typeof PRESETS} */ (size)];
  return { width: size.width ?? 512, height: size.height ?? 512 };
}

/**
 * @param {Record<string, any>} input
 * @param {{ edit: boolean, checkSizes: boolean }} options
 * @returns {Detail[]}
 */
export function validateInput(input, { edit, checkSizes }) {
  /** @type {Detail[]} */
  const details = [];
  /** @param {unknown[]} loc @param {string} type @param {string} msg @param {unknown} [value] */
  const say = (loc, type, msg, value) =>
    details.push({ loc: ['body', ...loc], msg, type, input: value });
  /** @param {string} field @param {string[]} allowed */
  const oneOf = (field, allowed) => {
    const value = input[field];
    if (value === undefined || allowed.includes(value)) return;
    say(
      [field],
      'literal_error',
      `Input should be ${allowed.map((a) => `'${a}'`).join(', ')}`,
      value,
    );
  };

  if (input['prompt'] === undefined) say(['prompt'], 'missing', 'Field required', input);
  else if (typeof input['prompt'] !== 'string') {
    say(['prompt'], 'string_type', 'Input should be a valid string', input['prompt']);
  }
  oneOf('quality', ['auto', 'low', 'medium', 'high']);
  oneOf('output_format', ['jpeg', 'png', 'webp']);
  checkCount(input['num_images'], say);
  checkSize(input['image_size'], checkSizes, say);
  if (edit && !Array.isArray(input['image_urls'])) {
    say(['image_urls'], 'missing', 'Field required', input);
  } else if (edit && input['image_urls'].length === 0) {
    say(['image_urls'], 'too_short', 'List should have at least 1 item', 0);
  } else if (edit && input['image_urls'].length > 16) {
    say(
      ['image_urls'],
      'too_long',
      'List should have at most 16 items',
      input['image_urls'].length,
    );
  }
  return details;
}

/** @param {unknown} count @param {(loc: unknown[], type: string, msg: string, value?: unknown) => void} say */
function checkCount(count, say) {
  if (count === undefined) return;
  if (!Number.isInteger(count)) {
    say(['num_images'], 'int_parsing', 'Input should be a valid integer', count);
  } else if (Number(count) < 1) {
    say(['num_images'], 'greater_than_equal', 'Input should be greater than or equal to 1', count);
  } else if (Number(count) > 4) {
    say(['num_images'], 'less_than_equal', 'Input should be less than or equal to 4', count);
  }
}

/**
 * @param {any} size
 * @param {boolean} strict
 * @param {(loc: unknown[], type: string, msg: string, value?: unknown) => void} say
 */
function checkSize(size, strict, say) {
  if (size === undefined || size === 'auto') return;
  if (typeof size === 'string' && !(size in PRESETS)) {
    say(['image_size'], 'literal_error', `Input should be a preset`, size);
    return;
  }
  if (typeof size !== 'string' && (typeof size !== 'object' || size === null)) {
    say(['image_size', 'ImageSize'], 'model_attributes_type', 'Input should be an object', size);
    return;
  }
  if (!strict) return;
  const { width, height } = readSize({ image_size: size });
  const wrong = wrongSize(width, height);
  if (wrong !== null) say(['image_size', 'ImageSize'], 'value_error', wrong, size);
}

/** @param {number} width @param {number} height */
function wrongSize(width, height) {
  const pixels = width * height;
  if (width % 16 !== 0 || height % 16 !== 0) {
    return `Invalid size '${width}x${height}'. Width and height must both be divisible by 16.`;
  }
  if (Math.max(width, height) > 3840) return 'Requested resolution exceeds the maximum edge.';
  if (Math.max(width, height) > 3 * Math.min(width, height)) return 'Aspect ratio exceeds 3:1.';
  if (pixels < MIN_PIXELS) return 'Requested resolution is below the current minimum pixel budget.';
  if (pixels > MAX_PIXELS) return 'Requested resolution is above the current maximum pixel budget.';
  return null;
}
