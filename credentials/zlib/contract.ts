/** Bytes whose size the caller bounds. */
type Bytes = Uint8Array<ArrayBuffer>;

/** Inflates a zlib stream (RFC 1950). Refuses bytes after it and output of more than `maxBytes`. */
export type Inflate = (bytes: Bytes, maxBytes: number) => Bytes;

/** Inflates a raw deflate stream (RFC 1951), as {@link Inflate}. */
export type InflateRaw = (bytes: Bytes, maxBytes: number, dictionary?: Bytes) => Bytes;

/** Deflates to a raw stream (RFC 1951), as small as it goes. */
export type DeflateRaw = (bytes: Bytes, dictionary?: Bytes) => Bytes;
