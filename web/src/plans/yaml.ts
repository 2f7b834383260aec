/** How is a plan's text edited? CodeMirror with YAML, its marks and keys; loaded only where a plan is written. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, foldGutter, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { EditorState } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'

export interface Mark {
  line: number
  column: number
  severity: 'error' | 'warning' | 'info'
  text: string
}

export interface TextEditor {
  text: () => string
  replace: (text: string) => void
  mark: (marks: Mark[]) => void
  goTo: (line: number, column: number) => void
  destroy: () => void
}

// Weight and shade only: colour is kept for alarm levels.
const shades = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--value)', fontWeight: '600' },
  { tag: tags.comment, color: 'var(--text-2)', fontStyle: 'italic' },
  { tag: [tags.string, tags.content], color: 'var(--text)' },
  { tag: tags.punctuation, color: 'var(--text-2)' },
])

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--sunken)', color: 'var(--text)', fontSize: '13px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--value)' },
  '.cm-cursor': { borderLeftColor: 'var(--value)' },
  '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--text-2)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'transparent', outline: '1px solid var(--line-soft)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--raised)' },
  '.cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--text)' },
  '.cm-tooltip': { backgroundColor: 'var(--panel)', color: 'var(--text)', border: '1px solid var(--line)' },
  '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '2px dashed var(--value)' },
  '.cm-lintRange-warning': { backgroundImage: 'none', borderBottom: '1px dashed var(--text-2)' },
  '.cm-lintRange-info': { backgroundImage: 'none' },
})

/** An editor inside `parent`; `changed` hears of every change, `save` of Ctrl+S. */
export function openEditor(parent: HTMLElement, text: string, label: string, readOnly: boolean, changed: () => void, save: () => void): TextEditor {
  // In a shadow tree the editor's styles are sheets, not elements, which the page's own policy would refuse.
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' })
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        foldGutter(),
        lintGutter(),
        history(),
        drawSelection(),
        bracketMatching(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        search({ top: true }),
        indentUnit.of('  '),
        yaml(),
        syntaxHighlighting(shades),
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorState.readOnly.of(readOnly),
        keymap.of([{ key: 'Mod-s', preventDefault: true, run: () => (save(), true) }, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
        EditorView.updateListener.of((update) => update.docChanged && changed()),
      ],
    }),
  })
  view.scrollDOM.tabIndex = 0 // read-only text is scrolled by keys as well
  return {
    text: () => view.state.doc.toString(),
    replace: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    mark: (marks) => view.dispatch(setDiagnostics(view.state, marks.map((mark) => diagnostic(view, mark)))),
    goTo: (line, column) => {
      const at = position(view, line, column)
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) })
      view.focus()
    },
    destroy: () => view.destroy(),
  }
}

function position(view: EditorView, line: number, column: number): number {
  const found = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines))
  return Math.min(found.from + Math.max(column - 1, 0), found.to)
}

function diagnostic(view: EditorView, mark: Mark): Diagnostic {
  const from = position(view, mark.line, mark.column)
  const line = view.state.doc.lineAt(from)
  return { from, to: Math.max(line.to, from), severity: mark.severity, message: mark.text }
}
