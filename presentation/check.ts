// What reads an answer, apart from what asks for one: a check must start fast.
export { PresentationError } from './error.ts';
export { parseFrame } from './frames/frame.ts';
export { decodeFrames } from './frames/frame-assembler.ts';
export { type Answer, openAnswer } from './seal/answer.ts';
export { exchangeCode } from './seal/request-binding.ts';
