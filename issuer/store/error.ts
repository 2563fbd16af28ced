import { Refusal } from '@symbolon/schemas';

/** Why a database is not opened. */
export type StoreErrorCode = 'store_newer' | 'store_invalid';

/** A database that this program must not write to. */
export class StoreError extends Refusal<StoreErrorCode> {
  override readonly name = 'StoreError';
}
