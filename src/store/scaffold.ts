/** The small files that explain a store to whoever finds it. */

/** Files of the store folder, by path within it; written once, never changed. */
export const STORE_FILES: Readonly<Record<string, string>> = {
  'README.md': `# Paid pictures

These are the originals that \`unplugin-image-prompt\` bought for the \`*.image.yaml\` specs of this project.
A model cannot make the same picture twice: commit this folder, and never delete from it by hand.
Each picture stands beside a record that says what was asked, when, and for how much.
\`npx image-prompt list\` shows them, \`npx image-prompt plan\` what is missing.
`,
  '.gitattributes': `# Originals are binary: no line ending conversion, no textual merge.
originals/*.png binary
originals/*.jpg binary
originals/*.webp binary
originals/*.json text eol=lf
# To keep the bytes in git-LFS, use these lines instead of the first three:
# originals/*.png filter=lfs diff=lfs merge=lfs -text
# originals/*.jpg filter=lfs diff=lfs merge=lfs -text
# originals/*.webp filter=lfs diff=lfs merge=lfs -text
`,
};

/** Keeps the state out of commits where there is no git folder to put it in. */
export const STATE_GITIGNORE = '*\n';
