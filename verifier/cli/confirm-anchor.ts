import { parseJson } from '@symbolon/credentials/jose';
import { parseTrustAnchor, type TrustAnchor } from '@symbolon/schemas';
import { type CommandContext, readTextFile, UsageError, visibleText } from '@symbolon/terminal';
import { anchorFingerprint } from '@symbolon/trust';
import { VerifierError } from '../error.ts';

const MAX_ANCHOR_BYTES = 16_384;

/**
 * The anchor of `--anchor FILE`, once a person or `--anchor-fingerprint` has said that it is the
 * authority's.
 *
 * @throws {@link VerifierError} `fingerprint_mismatch`; UsageError without `--anchor`; ParseError.
 */
export async function confirmAnchor({ values, terminal }: CommandContext): Promise<TrustAnchor> {
  const expected = parseFingerprint(values.text('anchor-fingerprint'));
  const anchor = await readAnchor(values.required('anchor'));
  const fingerprint = await anchorFingerprint(anchor);
  const authority = visibleText(anchor.authority);
  terminal.note(`Authority:   ${authority}${anchor.demo ? ' (a demo, not a real authority)' : ''}`);
  terminal.note(`Fingerprint: ${fingerprint}`);
  if (expected === undefined) {
    const isConfirmed = await terminal.confirm(
      'Is this the fingerprint that the authority publishes?',
      'give --anchor-fingerprint HEX',
    );
    if (!isConfirmed) throw otherFingerprint('the fingerprint was not confirmed');
  } else if (expected !== fingerprint) {
    throw otherFingerprint('the anchor file has another fingerprint than the one given');
  }
  return anchor;
}

/** Reads an anchor file; it is not believed yet. */
export async function readAnchor(path: string): Promise<TrustAnchor> {
  const text = await readTextFile(path, { maxBytes: MAX_ANCHOR_BYTES });
  return parseTrustAnchor(parseJson(text, { maxBytes: MAX_ANCHOR_BYTES, maxDepth: 8 }));
}

/** Hexadecimal in any case; colons and spaces between the digits, as people copy them. */
function parseFingerprint(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const digits = text.replaceAll(/[\s:]/g, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw new UsageError('--anchor-fingerprint takes 64 hexadecimal digits');
}

function otherFingerprint(message: string): VerifierError {
  return new VerifierError('fingerprint_mismatch', message, {
    hint: 'get the anchor file from the authority again, on another way',
  });
}
