import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import type { ForbiddenWord } from "./words.ts";

/** A text that a reader meets, and the line on which it begins, counted from 1. */
export type ReaderText = { readonly path: string; readonly line: number; readonly text: string };

/** Code whose texts users may read: what the program, the lab and the plugin print, throw, and write into reports. */
const CODE = /^(?!tests\/)(?!.*\.d\.ts$).*\.ts$/;
/** Documents, apart from the history of changes and the findings of one run of the benchmark. */
const DOCUMENT = /^(?!CHANGELOG|tests\/|bench\/findings).*\.md$/;
/** Two words in a row: names, paths, keys and patterns have none. */
const PROSE = /\p{L}{2,}[,;:]? \p{L}{2,}/u;

/** All texts for readers in the tracked files `paths` of a checkout. */
export async function readerTexts(root: string, paths: readonly string[]): Promise<ReaderText[]> {
  const read = async (path: string): Promise<ReaderText[]> => {
    if (CODE.test(path)) return textsOfCode(path, await readFile(join(root, path), "utf8"));
    if (DOCUMENT.test(path)) return textsOfDocument(path, await readFile(join(root, path), "utf8"));
    return [];
  };
  return (await Promise.all(paths.map(read))).flat();
}

/** The lines of a Markdown document. Code, in a block or in backquotes, and targets of links become blank. */
export function textsOfDocument(path: string, markdown: string): ReaderText[] {
  const blank = (code: string) => code.replaceAll(/[^\n]/g, " ");
  const prose = markdown
    .replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, blank)
    .replaceAll(/`[^`]*`/g, blank)
    .replaceAll(/\]\([^)]*\)/g, blank);
  return prose.split("\n").map((text, index) => ({ path, line: index + 1, text }));
}

/**
 * The string literals and templates of a TypeScript file that hold prose: sentences to print, to throw or to write, of which
 * two words in a row are the mark. The pieces of a template, and literals joined by `+`, make one text; `…` stands for values.
 */
export function textsOfCode(path: string, source: string): ReaderText[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const texts: ReaderText[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined && PROSE.test(text)) {
      texts.push({ path, line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1, text });
    }
    if (text === undefined || !isJoined(node)) ts.forEachChild(node, visit);
    // A value within a template may hold literals of its own.
    else visitValues(node, visit);
  };
  visit(file);
  return texts;
}

/** Forbidden words in texts, each as `path: word as written`, with the line and the word to say instead. */
export function findForbidden(texts: readonly ReaderText[], forbidden: readonly ForbiddenWord[]) {
  return texts.flatMap(({ path, line, text }) =>
    forbidden.flatMap(({ word, say }) => {
      const [written] = word.exec(text) ?? [];
      return written === undefined ? [] : [{ found: `${path}: ${written}`, line, say }];
    }),
  );
}

const isJoined = (node: ts.Node): boolean => ts.isTemplateExpression(node) || isSum(node);

const isSum = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;

/** The text of a literal, a template, or a sum with one of these in it; undefined for everything else. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
  }
  if (!isSum(node)) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined && right === undefined ? undefined : (left ?? "…") + (right ?? "…");
}

/** Visits the values of a template or a sum, without the text that `textOf` has read already. */
function visitValues(node: ts.Node, visit: (node: ts.Node) => void): void {
  if (ts.isTemplateExpression(node)) for (const { expression } of node.templateSpans) visit(expression);
  else if (isSum(node)) for (const side of [node.left, node.right]) visitValues(side, visit);
  else if (textOf(node) === undefined) visit(node);
}
