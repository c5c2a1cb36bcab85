import { describe, expect, it } from 'vitest';
import { createProject } from '../../helpers/project.ts';
import { runInit, SCHEMA, SETTINGS } from './helpers.ts';

describe('settings of Visual Studio Code', () => {
  const MAPPING = `"yaml.schemas": {
    "${SCHEMA}": [
      "*.image.yaml",
      "*.image.yml"
    ]
  }`;

  it.each<[string, string, string]>([
    ['nothing', ' \n', `{\n  ${MAPPING}\n}\n`],
    ['an empty map', '{}\n', `{\n  ${MAPPING}\n}\n`],
    ['a map on one line', '{ "a": 1 }', `{ "a": 1,\n  ${MAPPING}\n}`],
    ['only a comment', '{\n  // Mine.\n}\n', `{\n  // Mine.\n  ${MAPPING}\n}\n`],
    [
      'comments',
      '{ // head\n  // Mine.\n  "a": 2 /* two, */ // not three\n\n  // the end\n}\n// after\n',
      `{ // head\n  // Mine.\n  "a": 2, /* two, */ // not three\n\n  // the end\n  ${MAPPING}\n}\n// after\n`,
    ],
    [
      'a comma at the end',
      '{\n  "a": [1,2 , 3], // list\n}\n',
      `{\n  "a": [1,2 , 3], // list\n  ${MAPPING}\n}\n`,
    ],
    [
      'schemas of others',
      '{\n    "yaml.schemas": {\n        "a.json": "b.yaml" // theirs\n    },\n    "a": 1\n}',
      `{\n    "yaml.schemas": {\n        "a.json": "b.yaml", // theirs\n        "${SCHEMA}": [\n            "*.image.yaml",\n            "*.image.yml"\n        ]\n    },\n    "a": 1\n}`,
    ],
    [
      'a comment of many lines above',
      '/*\n * Ours.\n */\n{\n    "a": 1\n}\n',
      `/*\n * Ours.\n */\n{\n    "a": 1,\n    "yaml.schemas": {\n        "${SCHEMA}": [\n            "*.image.yaml",\n            "*.image.yml"\n        ]\n    }\n}\n`,
    ],
    [
      'a deep first line',
      '{\n            "a": 1\n}\n',
      `{\n            "a": 1,\n            "yaml.schemas": {\n              "${SCHEMA}": [\n                "*.image.yaml",\n                "*.image.yml"\n              ]\n            }\n}\n`,
    ],
    [
      'schemas of nobody',
      '{\n\t"yaml.schemas": {}\n}',
      `{\n\t"yaml.schemas": {\n\t\t"${SCHEMA}": [\n\t\t\t"*.image.yaml",\n\t\t\t"*.image.yml"\n\t\t]\n\t}\n}`,
    ],
  ])('with %s get the mapping', async (_what, text, expected) => {
    const project = createProject({ [SETTINGS]: text });
    expect((await runInit(project)).written).toContain(SETTINGS);
    expect(project.readText(SETTINGS)).toBe(expected);
    expect((await runInit(project)).kept).toContain(SETTINGS);
  });

  it('keep their ends of line', async () => {
    const others = '"yaml.schemas": {\r\n\t\t"a.json": "b.yaml" // theirs\r\n\t}';
    const project = createProject({ [SETTINGS]: `{\r\n\t${others},\r\n\t"a": [1,2 , 3]\r\n}` });
    await runInit(project);
    const text = project.readText(SETTINGS);
    expect(text).toContain('"a.json": "b.yaml"');
    expect(text).toContain('// theirs\r\n');
    expect(text).toContain('\r\n\t"a": [1,2 , 3]\r\n}');
    expect(text).toContain(`\r\n\t\t"${SCHEMA}": [\r\n\t\t\t"*.image.yaml",`);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('are kept where they know specs already', async () => {
    const text = '{ "yaml.schemas": { "./own.json": ["/src/*.image.yaml"] } }';
    const project = createProject({ [SETTINGS]: text });
    expect((await runInit(project)).kept).toContain(SETTINGS);
    expect(project.readText(SETTINGS)).toBe(text);
  });

  it.each([
    ['broken', '{ "a": 1, '],
    ['a list', '[]'],
    ['a mapping of another kind', '{ "yaml.schemas": [] }'],
    ['a field that is written twice', '{ "yaml.schemas": {}, "yaml.schemas": { "a": "b" } }'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('are left alone when they are %s, and people are told', async (_what, content) => {
    const project = createProject({ [SETTINGS]: content });
    const { kept, next } = await runInit(project);
    expect(kept).toContain(SETTINGS);
    expect(project.read(SETTINGS)).toEqual(Buffer.from(content));
    expect(next).toContain(
      `In ${SETTINGS} add \`"yaml.schemas":{"${SCHEMA}":["*.image.yaml","*.image.yml"]}\`.`,
    );
  });
});
