/** The largest message on the wire (QR frames or file), in bytes. */
export const MAX_MESSAGE_BYTES = 16_384;

/** The largest CBOR that a message may inflate to, and the longest text that may come out of it. */
export const MAX_UNPACKED_BYTES = 65_536;

/** The longest life of a request, in seconds: a counter and a phone face to face need no more. */
export const REQUEST_LIFETIME_SECONDS = 300;
