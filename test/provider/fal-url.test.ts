import { describe, expect, it } from 'vitest';
import { isModelId, rebaseUrl, trustRequestUrl } from '../../src/provider/fal-url.ts';

const ID = '0b6a2a51-4f65-4a39-9b8c-0a6a5d3c1e11';
const PATH = `/openai/gpt-image-2/requests/${ID}`;
const BASE = 'http://127.0.0.1:4711/fal';

describe('trustRequestUrl', () => {
  const about = { requestId: ID, baseUrl: BASE };

  it.each([
    ['status', `https://queue.fal.run${PATH}/status`],
    ['response', `https://queue.fal.run${PATH}`],
    ['response', `https://queue.fal.run${PATH}/response`],
    [
      'cancel',
      `https://queue.fal.run/fal-ai/a/b.c${PATH}/cancel`.replace('/openai/gpt-image-2', ''),
    ],
    ['status', `${BASE}${PATH}/status`],
  ] as const)('lets the key go to %s %s', (kind, url) => {
    expect(trustRequestUrl(url, { ...about, kind })).toBe(url);
  });

  it.each([
    `https://evil.example${PATH}/status`,
    `https://queue.fal.run.evil.example${PATH}/status`,
    `https://queue.fal.run@evil.example${PATH}/status`,
    `https://user:pass@queue.fal.run${PATH}/status`,
    `http://queue.fal.run${PATH}/status`,
    `https://fal.run${PATH}/status`,
    `http://127.0.0.1:4711/other${PATH}/status`,
    `http://127.0.0.1:4712/fal${PATH}/status`,
    `https://queue.fal.run${PATH}`,
    `https://queue.fal.run${PATH}/cancel`,
    `https://queue.fal.run${PATH}/status/../cancel`,
    `https://queue.fal.run${PATH}/status?next=https://evil.example`,
    `https://queue.fal.run/openai/gpt-image-2/requests/${ID.replace('0', '1')}/status`,
    `https://queue.fal.run/requests/${ID}/status`,
    `https://queue.fal.run/openai/GPT/requests/${ID}/status`,
    'nonsense',
    '',
    null,
    7,
  ])('keeps it from %s', (url) => {
    expect(trustRequestUrl(url, { ...about, kind: 'status' })).toBeNull();
  });

  it('knows no base URL that is not configured', () => {
    const url = `${BASE}${PATH}/status`;
    expect(trustRequestUrl(url, { ...about, kind: 'status', baseUrl: null })).toBeNull();
  });
});

describe('rebaseUrl', () => {
  it.each([
    [`https://queue.fal.run${PATH}?logs=0`, `${BASE}${PATH}?logs=0`],
    ['https://v3b.fal.media/files/a.png', `${BASE}/v3b.fal.media/files/a.png`],
    ['https://rest.fal.ai/storage/x?y=1', `${BASE}/rest.fal.ai/storage/x?y=1`],
    [`${BASE}/v3b.fal.media/files/a.png`, `${BASE}/v3b.fal.media/files/a.png`],
  ])('moves %s', (url, moved) => {
    expect(rebaseUrl(url, BASE)).toBe(moved);
    expect(rebaseUrl(url, null)).toBe(url);
  });
});

it.each([
  ['openai/gpt-image-2', true],
  ['openai/gpt-image-2/edit', true],
  ['fal-ai/flux-1.1/pro_v2', true],
  ['openai', false],
  ['https://fal.run/x', false],
  ['a/..', false],
  ['a//b', false],
  ['-a/b', false],
])('isModelId(%s) is %s', (model, expected) => {
  expect(isModelId(model)).toBe(expected);
});
