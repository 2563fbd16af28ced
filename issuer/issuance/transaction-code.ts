import type { Random } from '@symbolon/credentials/crypto';
import type { IssuerAgent } from '../agent/contract.ts';
import type { Bytes } from '../sealed-bytes.ts';
import type { ExpiringKey } from '../store/expiring-key.ts';

/** Digits of a transaction code; five guesses at six digits succeed once in 200,000 offers. */
export const TX_CODE_LENGTH = 6;

const CODES = 10 ** TX_CODE_LENGTH;
const UINT32 = 2 ** 32;

/** Six digits, each code as likely as any other. */
export function createTxCode(random: Random): string {
  for (;;) {
    const bytes = random(4);
    const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    // The rest of the division would favour small codes; it is drawn again.
    if (number < UINT32 - (UINT32 % CODES)) {
      return String(number % CODES).padStart(TX_CODE_LENGTH, '0');
    }
  }
}

/**
 * What is stored of a transaction code: keyed, since a million codes are hashed in a second, and
 * bound to its offer, so that equal codes do not look equal.
 */
export function txCodeHmac(mac: IssuerAgent['mac'], offerKey: ExpiringKey, txCode: string): Bytes {
  return mac('tx_code', Buffer.concat([offerKey, Buffer.from(txCode)]));
}
