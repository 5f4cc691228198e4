// Colours texts as editors do: reads {grammar, engine, texts} from standard input, writes for each text its lines, each a
// list of [start, end, scope] in UTF-16 units, the innermost scope being that of the token, "" where it has none.
//
// engine: "oniguruma" is what VS Code, and Shiki by default, run; "javascript" is Shiki's engine without WebAssembly.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { grammar: path, engine, texts } = JSON.parse(readFileSync(0, "utf8"));
const grammar = JSON.parse(readFileSync(path, "utf8"));

const linesOf = { oniguruma: vscode, javascript: shiki }[engine];
process.stdout.write(JSON.stringify(await linesOf(grammar, texts)));

async function vscode(grammar, texts) {
  const require = createRequire(import.meta.url);
  const { INITIAL, Registry, parseRawGrammar } = require("vscode-textmate");
  const { createOnigScanner, createOnigString, loadWASM } = require("vscode-oniguruma");
  await loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")));
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async () => parseRawGrammar(JSON.stringify(grammar), "tier.json"),
  });
  const loaded = await registry.loadGrammar(grammar.scopeName);
  return texts.map((text) => {
    let stack = INITIAL;
    return text.split("\n").map((line) => {
      const { tokens, ruleStack } = loaded.tokenizeLine(line, stack);
      stack = ruleStack;
      return tokens.map((t) => [t.startIndex, Math.min(t.endIndex, line.length), innermost(t.scopes)]);
    });
  });
}

async function shiki(grammar, texts) {
  const { createHighlighterCore } = await import("@shikijs/core");
  const { createJavaScriptRegexEngine } = await import("@shikijs/engine-javascript");
  const highlighter = await createHighlighterCore({
    langs: [{ ...grammar, name: "tier" }],
    themes: [{ name: "plain", settings: [{ settings: { foreground: "#000000", background: "#ffffff" } }] }],
    engine: createJavaScriptRegexEngine(),
  });
  // No limit of time for a line: what it leaves out on a busy machine would look like a difference.
  return texts.map((text) =>
    highlighter
      .codeToTokensBase(text, { lang: "tier", theme: "plain", includeExplanation: "scopeName", tokenizeTimeLimit: 0 })
      .map((line) => {
        let place = 0;
        return line
          .flatMap((token) => token.explanation ?? [])
          .map(({ content, scopes }) => [place, (place += content.length), innermost(scopes.map((s) => s.scopeName))]);
      }),
  );
}

function innermost(scopes) {
  return scopes.length > 1 ? scopes.at(-1) : "";
}
