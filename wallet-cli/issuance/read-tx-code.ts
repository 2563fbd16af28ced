import type { OfferedTxCode } from '@symbolon/schemas/openid4vci';
import { type CommandContext, readTextFile, visibleText } from '@symbolon/terminal';
import { WalletError } from '../error.ts';

const MAX_TX_CODE_BYTES = 256;

/**
 * The transaction code, from `--tx-code-file` or asked for.
 *
 * It is never taken from the command line, which other users of the machine can read, and it is
 * held to the shape that the offer announces before it is sent: a slip of the finger then does not
 * use up one of the few attempts.
 *
 * @throws {@link WalletError} `tx_code_malformed`, and what reading or asking throws.
 */
export async function readTxCode(
  offered: OfferedTxCode,
  { terminal, values }: CommandContext,
): Promise<string> {
  const path = values.text('tx-code-file');
  if (path !== undefined) {
    return checkTxCode(await readTextFile(path, { maxBytes: MAX_TX_CODE_BYTES }), offered);
  }
  if (offered.description !== undefined) {
    terminal.note(`The issuer says: ${visibleText(offered.description, 300)}`);
  }
  const shape = `${offered.length ?? ''} ${offered.input_mode === 'text' ? 'characters' : 'digits'}`;
  const question = `Transaction code (${shape.trim()})`;
  return checkTxCode(await terminal.askText(question, 'give --tx-code-file FILE'), offered);
}

/**
 * A code in the form that is sent: without the spaces and hyphens by which people group digits.
 *
 * @throws {@link WalletError} `tx_code_malformed`.
 */
export function checkTxCode(text: string, { input_mode: mode, length }: OfferedTxCode): string {
  const isNumeric = mode !== 'text';
  const code = isNumeric ? text.replaceAll(/[\s-]/g, '') : text.trim();
  const isShaped = code !== '' && code.length <= 64 && (!isNumeric || /^[0-9]+$/.test(code));
  if (isShaped && (length === undefined || code.length === length)) return code;
  const expected = `${length ?? 'some'} ${isNumeric ? 'digits' : 'characters'}`;
  throw new WalletError('tx_code_malformed', `expected a transaction code of ${expected}`, {
    hint: 'nothing was sent; it was told to you apart from the offer',
  });
}
