const MAX_ACCEPT_LENGTH = 2048;

type Range = { readonly type: string; readonly quality: number };

/**
 * Chooses the media type of an answer (RFC 9110 section 12.5.1).
 *
 * @param header - The `Accept` header; one that is missing or over-long accepts everything.
 * @param offered - In the order in which we prefer them, in lower case.
 * @returns The offered type with the highest quality, or `undefined` when none is acceptable.
 */
export function chooseMediaType<const Type extends string>(
  header: string | undefined,
  offered: readonly Type[],
): Type | undefined {
  if (header === undefined || header.trim() === '' || header.length > MAX_ACCEPT_LENGTH) {
    return offered[0];
  }
  const ranges = header.split(',').map(parseRange);
  let best: { type: Type; quality: number } | undefined;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > 0 && (best === undefined || quality > best.quality)) best = { type, quality };
  }
  return best?.type;
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  if (quality === undefined) return { type, quality: 1 };
  return { type, quality: /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(quality) ? +quality : 0 };
}

/** The most specific range that matches decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const [family] = type.split('/');
  for (const candidate of [type, `${family}/*`, '*/*']) {
    const range = ranges.find((each) => each.type === candidate);
    if (range !== undefined) return range.quality;
  }
  return 0;
}
