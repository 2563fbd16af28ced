export { deflateRaw, inflate, inflateRaw } from '#zlib';
